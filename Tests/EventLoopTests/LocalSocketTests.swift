import EventLoop
import Glibc
import Support
import Synchronization
import Testing

@Suite
struct LocalSocketTests {
    /// Runs a server on a thread for the time of `body`.
    private func withServer(
        _ handler: @escaping @Sendable (String, LocalReply) -> Void, _ body: (String) throws -> Void
    ) throws {
        let folder = ScratchFolder()
        let path = folder.path
        let holder = Holder()
        let started = Gate()
        let thread = startThread {
            guard let loop = try? EventLoop() else { return started.open() }
            let server = try? LocalServer(loop, folder: path, name: "test.sock", handler)
            holder.remote.withLock { $0 = loop.remote }
            started.open()
            withExtendedLifetime(server) { loop.run() }
        }
        started.wait()
        defer {
            holder.remote.withLock { $0?.stop() }
            pthread_join(thread, nil)
        }
        try body(path)
    }

    @Test func `a line is answered by lines`() throws {
        try withServer({ line, reply in reply.answer(["you said \(line)", "goodbye"]) }) { folder in
            let lines = try LocalClient.ask("hello", folder: folder, name: "test.sock")
            #expect(lines == ["you said hello", "goodbye"])
        }
    }

    @Test func `a listener gets lines as they come, and its leaving is noticed`() throws {
        let gone = Gate()
        try withServer({ _, reply in
            reply.onClose { gone.open() }
            for number in 1...3 { reply.write("event \(number)") }
        }) { folder in
            var lines: [String] = []
            try LocalClient.listen("trace", folder: folder, name: "test.sock") { line in
                lines.append(line)
                return lines.count < 3
            }
            #expect(lines == ["event 1", "event 2", "event 3"])
            gone.wait()
        }
    }

    @Test func `an answer of a megabyte arrives whole`() throws {
        let line = String(repeating: "x", count: 999)
        try withServer({ _, reply in reply.answer(Array(repeating: line, count: 1000)) }) { folder in
            let lines = try LocalClient.ask("all", folder: folder, name: "test.sock")
            #expect(lines.count == 1000)
            #expect(lines.allSatisfy { $0 == line })
        }
    }

    @Test func `nobody there is an error that says so`() {
        let folder = ScratchFolder()
        #expect(throws: LocalClient.Failure.self) {
            try LocalClient.ask("hello", folder: folder.path, name: "test.sock")
        }
    }
}

private final class Holder: Sendable {
    let remote = Mutex<Remote?>(nil)
}

/// Lets a thread wait until another has come to a point.
final class Gate: Sendable {
    private let reading: Int32
    private let writing: Int32

    init() {
        var ends: [Int32] = [0, 0]
        pipe(&ends)
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        close(reading)
        close(writing)
    }

    func open() { _ = write(writing, "x", 1) }

    func wait() {
        var byte: UInt8 = 0
        _ = read(reading, &byte, 1)
    }
}
