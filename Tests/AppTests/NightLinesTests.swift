import AAA
import PluginAPI
import Testing

@testable import App

@Suite struct NightLinesTests {
    private func offender(_ name: String) -> Offender {
        var guarded: [Offender] = []
        let guardian = LoginGuard(subjects: 256, offenders: 256)
        let bytes = Array(name.utf8)
        bytes.withUnsafeBytes {
            let subject = LoginSubject(name: $0, mac: MACAddress("02:00:00:00:00:0a"), nasID: 7)
            guardian.refused(subject, .expired, version: 1, proof: 0, now: 61_000, name: $0)
            guarded = guardian.offenders(top: 1, now: 61_000)
        }
        return guarded[0]
    }

    @Test(arguments: [
        "", "offenders", "offenders\t0", "offenders\t-1", "offenders\tten", "offenders\t20000", "trace\t\t",
    ])
    func `a question of another shape is none`(_ line: String) { #expect(OffendersQuestion(line: line) == nil) }

    @Test(arguments: ["ann", "", "an\tn", "a b=\"c\"", "\u{1b}[2Jann", "ann\nroot"])
    func `a line has nine columns whatever a router sends as a name, and nothing that a terminal obeys`(_ name: String)
    {
        let line = OffenderLine(offender(name), nas: "bng", now: 121_900)
        let text = line.text
        #expect(!text.unicodeScalars.contains { $0.value < 32 && $0 != "\t" })
        let read = OffenderLine(text: text)
        #expect(read?.name == line.name && read?.count == 1 && read?.uncertain == 0)
        #expect(read?.mac == "02:00:00:00:00:0A" && read?.nas == "bng" && read?.nasID == 7)
        #expect(read?.reason == "expired" && read?.firstSecondsAgo == 60 && read?.lastSecondsAgo == 60)
    }

    @Test func `the answer to a status is read; lines of another shape are not`() {
        let entries = EmergencyReport.entries([
            "ok", "here\tmac\t60", "here\tpassword\t60", "here\tmac", "everywhere\texpiry\tx",
        ])
        #expect(entries.map(\.place) == ["here"])
        #expect(EmergencyReport.sentence(entries) == "here: not checked are mac, until 1970-01-01T00:01:00Z")
    }
}
