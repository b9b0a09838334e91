@testable import AAA
import PluginAPI
import RADIUS
import Testing

@Suite struct SmallValueTests {
    @Test(
        arguments: [
            ("ann", "ann", nil), ("ann@isp.example", "ann", "isp.example"),
            ("ann@b@ISP.Example", "ann@b", "isp.example"),
            ("@isp.example", "@isp.example", nil), ("ann@", "ann", ""), ("", "", nil),
            ("j\u{fc}rgen@b\u{fc}ro", "j\u{fc}rgen", "b\u{fc}ro"),
        ] as [(String, String, String?)])
    func `a name is divided at its last @`(_ full: String, _ user: String, _ realm: String?) {
        let name = LoginName(full)
        #expect(name.full == full)
        #expect(name.user == user)
        #expect(name.realm == realm)
    }

    @Test func `Class carries our key and another server's Class is not taken for ours`() {
        let key = makeKey(0xAB)
        let value = ClassValue.encode(key)
        #expect(value.count == 20)
        #expect(ClassValue.decode(value) == key)
        #expect(ClassValue.decode(value + [0]) == nil)
        #expect(ClassValue.decode(value.dropLast()) == nil)
        #expect(ClassValue.decode([UInt8](repeating: 0xAB, count: 20)) == nil)
        #expect(key.hex == String(repeating: "ab", count: 16))
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (noon, "2026-11-21T05:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"), (4_107_542_400, "2100-03-01T00:00:00Z"),
            (1_709_164_799, "2024-02-28T23:59:59Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func `times are written in UTC by the Gregorian calendar`(_ seconds: Int64, _ text: String) {
        #expect(UTCTime(seconds).description == text)
    }

    @Test func `CRC-32C has the known value of 123456789`() {
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.of([]) == 0)
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    }
}

@Suite struct PreferenceTests {
    @Test func `the interim interval is 600 seconds by default and never under 60 (RFC 2869 section 5.16)`() {
        #expect(Preferences().interimSeconds == 600)
        #expect(Preferences(["radius_interim_update_seconds": "30"]).interimSeconds == 60)
        #expect(Preferences(["radius_interim_update_seconds": "nonsense"]).interimSeconds == 600)
        #expect(Preferences(["radius_interim_update_seconds": "900"]).interimSeconds == 900)
    }

    @Test func `jitter takes up to its share off, differently for each session, and never goes under the floor`() {
        var preferences = Preferences()
        let intervals = Set((0..<1000 as Range<UInt64>).map { preferences.interim(seed: $0) })
        #expect(intervals.min() == 540)
        #expect(intervals.max() == 600)
        #expect(intervals.count == 61)
        #expect(preferences.interim(seed: .max) == preferences.interim(seed: .max))
        preferences.interimSeconds = 61
        preferences.interimJitterPercent = 50
        #expect(Set((0..<1000 as Range<UInt64>).map { preferences.interim(seed: $0) }) == [60, 61])
        preferences.interimJitterPercent = 0
        #expect(preferences.interim(seed: 12345) == 61)
    }

    @Test(arguments: [("on", true), ("true", true), ("off", false), ("0", false)])
    func `the hard cut is on or off`(_ text: String, _ isOn: Bool) {
        #expect(Preferences(["session_hard_cut": text]).hardCut == isOn)
        #expect(Preferences().hardCut)
    }

    @Test func `other preferences are held within bounds`() {
        #expect(Preferences(["interim_jitter_percent": "90"]).interimJitterPercent == 50)
        #expect(Preferences(["session_match_tolerance_seconds": "-3"]).sessionMatchToleranceSeconds == 0)
    }
}
