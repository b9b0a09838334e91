import Glibc
import Threads

/// Does something again and again on a thread of its own, until stopped.
final class Ticker: Sendable {
    private final class Work: Sendable {
        let milliseconds: Int
        let tick: @Sendable () -> Void
        let end = Signal()

        init(_ milliseconds: Int, _ tick: @escaping @Sendable () -> Void) {
            self.milliseconds = milliseconds
            self.tick = tick
        }
    }

    private let work: Work

    /// - name: of the thread, up to 15 bytes.
    init(_ name: String, milliseconds: Int, _ tick: @escaping @Sendable () -> Void) {
        work = Work(milliseconds, ThreadName.giving(name, to: tick))
        var thread = pthread_t()
        let context = Unmanaged.passRetained(work).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
                while !work.end.wait(milliseconds: work.milliseconds) { work.tick() }
                return nil
            }, context)
        precondition(code == 0, "the system gives no thread for \(name)")
        pthread_detach(thread)
    }

    deinit { stop() }

    /// What is under way is not waited for.
    func stop() { work.end.give() }
}
