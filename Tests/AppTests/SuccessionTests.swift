import Glibc
import Log
import Support
import Testing

@testable import App

extension SupervisorTests {
    /// Real processes that follow each other: shell scripts that speak as `radius` does, and note each order they get.
    @Suite(.serialized)
    struct Succession {
        private let folder = ScratchFolder()
        private let lines = Lines()

        /// Does as it is told; the words stand for what it does at an order.
        private static func life(begin: String = "echo answering >&3", pause: String = "echo paused >&3") -> String {
            """
            echo "ready version=$LIFE" >&3
            while :; do
              word=$(dd bs=64k count=1 <&3 2>/dev/null); [ -n "$word" ] || exit 7
              echo "$LIFE $word" >> "$OUT"
              case "$word" in begin) \(begin) ;; pause*) \(pause) ;; resume) kill -TERM $PPID ;; end) exit 0 ;; esac
            done
            """
        }

        private func spec(_ first: String, _ later: String) -> ChildSpec {
            let script = """
                LIFE=$(cat "$OUT.n" 2>/dev/null || echo 0); LIFE=$((LIFE+1)); echo $LIFE > "$OUT.n"; trap 'exit 0' TERM
                if [ $LIFE = 1 ]; then
                \(first)
                else
                \(later)
                fi
                """
            return ChildSpec(
                name: "radius", arguments: ["/bin/sh", "-c", script],
                variables: ["OUT": "\(folder.path)/out", "PATH": "/usr/bin:/bin"], descriptors: [], handsOver: true,
                isReplaced: true)
        }

        /// Runs the supervisor, reloads once when it is ready, and stops it after that; gives the reload's failure.
        private func reload(
            _ first: String, _ later: String, prepare: String = "exit 0", stops: Bool = true
        ) throws -> String? {
            var failure: String?
            var supervisor: Supervisor?
            supervisor = try Supervisor(
                [spec(first, later)], log: Log(part: "test", write: { [lines] in lines.add($0) }),
                patience: .milliseconds(500)
            ) {
                supervisor?.reload { _ in
                } onEnd: {
                    failure = $0
                    if stops { kill(getpid(), SIGTERM) }
                }
            }
            supervisor?.preparation = ChildSpec(
                name: "prepare", arguments: ["/bin/sh", "-c", prepare], variables: [:], descriptors: [])
            _ = try supervisor?.run()
            supervisor = nil
            return failure
        }

        private func orders() throws -> [String] {
            try FileText.read("\(folder.path)/out")?.split(separator: "\n").map { String($0) } ?? []
        }

        @Test func `a new version that can't be prepared leaves everything as it is`() throws {
            let failure = try reload(Self.life(), Self.life(), prepare: "echo 'failed the schema is newer' >&3; exit 1")
            #expect(failure == "the new version can't be prepared: the schema is newer")
            #expect(try orders() == ["1 begin"])
        }

        @Test func `a successor that can't load says why, and the predecessor is not disturbed`() throws {
            let failure = try reload(Self.life(), "echo 'failed no dictionary' >&3; exit 1")
            #expect(failure == "radius: no dictionary")
            #expect(try orders() == ["1 begin"])
        }

        @Test func `a successor that falls when it begins makes the predecessor go on`() throws {
            // The predecessor stops the server when it is told to resume.
            let failure = try reload(Self.life(), Self.life(begin: "kill -KILL $$"), stops: false)
            #expect(failure == "radius: it ended with signal 9")
            #expect(try orders() == ["1 begin", "1 pause version=2", "2 begin", "1 resume"])
        }

        @Test func `a predecessor that falls when it is to pause is followed all the same`() throws {
            #expect(try reload(Self.life(pause: "kill -KILL $$"), Self.life()) == nil)
            #expect(try orders() == ["1 begin", "1 pause version=2", "2 begin"])
        }

        @Test func `a successor begins when the predecessor has paused, which ends when the successor answers`() throws
        {
            #expect(try reload(Self.life(), Self.life()) == nil)
            #expect(try orders() == ["1 begin", "1 pause version=2", "2 begin", "1 end"])
            #expect(lines.all.contains { $0.contains("process replaced process=radius") })
        }
    }
}
