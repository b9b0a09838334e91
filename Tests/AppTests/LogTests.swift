import Log
import Synchronization
import Testing

@Suite
struct LogTests {
    private func lines(_ level: LogLevel, _ body: (Log) -> Void) -> [String] {
        let lines = Lines()
        body(Log(part: "test", level: level, clock: { LogTime(milliseconds: 1_763_703_320_007) }) { lines.add($0) })
        return lines.all
    }

    @Test func `a line has its time, level, part, message and values`() {
        let written = lines(.info) { $0.info("child started", [.process: "radius", .pid: 7]) }
        #expect(written == ["2025-11-21T05:35:20.007Z info test child started process=radius pid=7\n"])
    }

    @Test func `whatever is in a value, the line stays one line`() {
        let written = lines(.info) { $0.error("bad\ninput", [.name: "a b", .error: "x=\"1\"\n", .user: ""]) }
        #expect(
            written == [
                "2025-11-21T05:35:20.007Z error test bad\\ninput name=\"a b\" error=\"x=\\\"1\\\"\\n\" user=\"\"\n"
            ])
    }

    @Test func `lines below the level are not written`() {
        let written = lines(.warning) { log in
            log.debug("no")
            log.info("no")
            log.warning("yes")
        }
        #expect(written.count == 1)
    }
}
