import EventLoop
import Glibc
import Testing

/// Each test runs its loop on a thread of its own; a loop that is never stopped would hang the run, so every one has an
/// end that the test itself brings about.
@Suite
struct EventLoopTests {
    @Test func `work posted from another thread runs on the loop, in order`() throws {
        let loop = try EventLoop()
        var seen: [Int] = []
        let remote = loop.remote
        let box = UncheckedBox { number in seen.append(number) }
        let thread = startThread {
            for number in 1...100 { remote.post { _ in box.body(number) } }
            remote.stop()
        }
        loop.run()
        pthread_join(thread, nil)
        #expect(seen == Array(1...100))
    }

    @Test func `timers fire in the order of their times, and a cancelled one does not`() throws {
        let loop = try EventLoop()
        var seen: [String] = []
        let late = try loop.timer(after: .milliseconds(2)) {
            seen.append("late")
            loop.stop()
        }
        let soon = try loop.timer(after: .zero) { seen.append("soon") }
        let never = try loop.timer(after: .zero) { seen.append("never") }
        never.cancel()
        withExtendedLifetime((late, soon)) { loop.run() }
        #expect(seen == ["soon", "late"])
    }

    @Test func `a repeating timer fires until it is let go`() throws {
        let loop = try EventLoop()
        var count = 0
        var timer: Watch?
        timer = try loop.timer(after: .microseconds(10), repeats: true) {
            count += 1
            if count == 3 {
                timer = nil
                loop.stop()
            }
        }
        loop.run()
        #expect(count == 3)
        #expect(timer == nil)
    }

    @Test func `a descriptor is readable when there is something to read, and at its end`() throws {
        let loop = try EventLoop()
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        var reads: [Int] = []
        let watch = try loop.watch(ends[0], .read) {
            var byte: UInt8 = 0
            reads.append(read(ends[0], &byte, 1))
            if reads.last == 0 { loop.stop() }
        }
        _ = write(ends[1], "x", 1)
        close(ends[1])
        withExtendedLifetime(watch) { loop.run() }
        close(ends[0])
        #expect(reads == [1, 0])
    }

    @Test func `a signal is heard on the loop`() throws {
        let loop = try EventLoop()
        var count = 0
        let watch = try loop.signal(SIGUSR2) {
            count += 1
            loop.stop()
        }
        kill(getpid(), SIGUSR2)
        withExtendedLifetime(watch) { loop.run() }
        #expect(count == 1)
    }
}

/// A closure for another thread to hand back to the loop, never to call.
struct UncheckedBox: @unchecked Sendable {
    let body: (Int) -> Void
    init(_ body: @escaping (Int) -> Void) { self.body = body }
}

/// Runs `body` on a thread.
func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
    final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(body)).toOpaque()
    pthread_create(
        &thread, nil,
        { context in
            Unmanaged<Start>.fromOpaque(context!).takeRetainedValue().body()
            return nil
        }, start)
    return thread
}
