import Glibc
import Log
import Support
import Synchronization
import Testing

@testable import App

/// Real processes: shell scripts that do what a child of `serve` does. One at a time, since signals belong to the whole
/// test process.
@Suite(.serialized)
struct SupervisorTests {
    private let folder = ScratchFolder()
    private let lines = Lines()

    private func child(_ name: String, _ script: String) -> ChildSpec {
        ChildSpec(
            name: name, arguments: ["/bin/sh", "-c", script], variables: ["OUT": "\(folder.path)/\(name)"],
            descriptors: [])
    }

    private func log() -> Log { Log(part: "test", write: { [lines] in lines.add($0) }) }

    /// Says it is ready, and stops when it is told to; records its stop.
    private static let wellBehaved = """
        trap 'date +%s%N > "$OUT"; exit 0' TERM; echo ready >&3; while :; do read -r line <&3; [ $? -gt 128 ] || exit 7; done
        """

    @Test func `children are stopped one after the other, in their order, when all was ready`() throws {
        let supervisor = try Supervisor(
            [child("first", SupervisorTests.wellBehaved), child("second", SupervisorTests.wellBehaved)], log: log()
        ) { kill(getpid(), SIGTERM) }
        #expect(try supervisor.run() == 0)
        let stops = try ["first", "second"].map { name in
            Int(try #require(try FileText.read("\(folder.path)/\(name)")).filter(\.isNumber)) ?? 0
        }
        #expect(stops[0] < stops[1])
    }

    @Test func `a child that falls is started again`() throws {
        // The first life leaves a mark and dies; the second one finds it and lives.
        let script =
            "if [ ! -e \"$OUT.mark\" ]; then : > \"$OUT.mark\"; kill -KILL $$; fi; " + SupervisorTests.wellBehaved
        let supervisor = try Supervisor([child("falls", script)], log: log()) { kill(getpid(), SIGTERM) }
        #expect(try supervisor.run() == 0)
        #expect(lines.all.contains { $0.contains("process fell and is started again process=falls exit=\"signal 9\"") })
    }

    /// The last of so many lives ends the server. The moment before an end is for its `ready` to be read.
    private func endsWell(lives: Int) throws {
        let script = """
            echo >> "$OUT.lives"; echo ready >&3
            if [ $(wc -l < "$OUT.lives") -lt \(lives) ]; then sleep 0.05; exit 0; fi
            kill -TERM $PPID; \(SupervisorTests.wellBehaved)
            """
        let supervisor = try Supervisor([child("again", script)], log: log()) {}
        #expect(try supervisor.run() == 0)
        #expect(lines.all.count { $0.contains("process started process=again") } == lives)
    }

    @Test func `a child that ends well is started anew at once, and has not fallen`() throws {
        try endsWell(lives: 4)
        #expect(lines.all.count { $0.contains("process starts anew process=again") } == 3)
        #expect(!lines.all.contains { $0.contains("fell") || $0.contains("falling") })
    }

    @Test func `a child that ends well over and over as soon as it is ready falls, later and later, and is told of`()
        throws
    {
        try endsWell(lives: 9)
        #expect(lines.all.count { $0.contains("process starts anew process=again") } == 3)
        #expect(lines.all.count { $0.contains("process fell and is started again process=again") } == 4)
        #expect(lines.all.contains { $0.contains("process keeps falling process=again count=5") })
    }

    @Test func `a child that refuses its start ends the server, and the others are stopped`() throws {
        let supervisor = try Supervisor(
            [child("well", SupervisorTests.wellBehaved), child("refuses", "exit 1")], log: log()
        ) {}
        #expect(try supervisor.run() == 1)
        #expect(lines.all.contains { $0.contains("process refused to start process=refuses exit=\"exit code 1\"") })
        #expect(lines.all.contains { $0.contains("process stopped process=well") })
    }

    @Test func `a child that does not stop is killed after its time`() throws {
        let supervisor = try Supervisor(
            [child("deaf", "trap '' TERM; echo ready >&3; while :; do read -r line <&3 || :; done")], log: log(),
            patience: .milliseconds(20)
        ) { kill(getpid(), SIGTERM) }
        #expect(try supervisor.run() == 0)
        #expect(lines.all.contains { $0.contains("process stopped process=deaf") && $0.contains("exit=\"signal 9\"") })
    }

    @Test func `a child gets its sockets at fixed numbers and nothing else`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let writing = fcntl(ends[1], F_DUPFD_CLOEXEC, 100)
        close(ends[1])
        defer { close(writing) }
        let spec = ChildSpec(
            name: "fds", arguments: ["/bin/sh", "-c", "echo hello >&4; " + SupervisorTests.wellBehaved],
            variables: ["OUT": "\(folder.path)/fds"], descriptors: [writing])
        let supervisor = try Supervisor([spec], log: log()) { kill(getpid(), SIGTERM) }
        #expect(try supervisor.run() == 0)
        var buffer = [UInt8](repeating: 0, count: 16)
        #expect(read(ends[0], &buffer, 16) == 6)
        close(ends[0])
    }
}

/// Log lines, kept.
final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
}
