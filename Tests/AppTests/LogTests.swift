import Log
import Synchronization
import Testing

@Suite
struct LogTests {
    private func lines(_ level: LogLevel, _ format: LogFormat = .text, _ body: (Log) -> Void) -> [String] {
        let lines = Lines()
        body(
            Log(part: "test", level: level, format: format, clock: { LogTime(milliseconds: 1_763_703_320_007) }) {
                lines.add($0)
            })
        return lines.all
    }

    @Test func `a line has its time, level, part, message and values`() {
        let written = lines(.info) { $0.info("child started", [.process: "radius", .pid: 7]) }
        #expect(written == ["2025-11-21T05:35:20.007Z info test child started process=radius pid=7\n"])
    }

    @Test func `whatever is in a value, the line stays one line`() {
        let written = lines(.info) { $0.error("bad\ninput", [.name: "a b", .error: "x=\"1\"\n", .url: ""]) }
        #expect(
            written == [
                "2025-11-21T05:35:20.007Z error test bad\\ninput name=\"a b\" error=\"x=\\\"1\\\"\\n\" url=\"\"\n"
            ])
    }

    @Test func `as JSON a line is one object, whatever is in a value (RFC 8259)`() {
        let written = lines(.info, .json) { $0.error("bad\ninput", [.name: "a \"b\"", .error: "x\\\u{1}"]) }
        #expect(
            written == [
                #"{"time":"2025-11-21T05:35:20.007Z","level":"error","part":"test","message":"bad\ninput","#
                    + #""name":"a \"b\"","error":"x\\\u0001"}"# + "\n"
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

    @Test func `a line that repeats is written three times in ten seconds and then counted`() {
        let lines = Lines()
        let now = Atomic<Int64>(0)
        let log = Log(part: "test", clock: { LogTime(milliseconds: now.load(ordering: .relaxed)) }) { lines.add($0) }
        for _ in 0..<100 { log.part("other").warning("the database is away") }
        log.warning("something else")
        #expect(lines.all.count == 4)
        now.store(10_000, ordering: .relaxed)
        log.warning("the end")
        #expect(lines.all.count == 6)
        #expect(lines.all[4] == "1970-01-01T00:00:10.000Z warning other the database is away repeated=97\n")
        log.part("other").warning("the database is away")
        #expect(lines.all.count == 7)
    }
}
