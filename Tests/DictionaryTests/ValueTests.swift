import Dictionary
import Testing

@Suite struct ValueTests {
    private static let types = [
        "string", "octets", "octets[4]", "ipaddr", "ipv6addr", "ipv4prefix", "ipv6prefix", "combo-ip", "ifid", "ether",
        "date", "time_delta", "bool", "byte", "short", "integer", "integer64", "signed", "int8", "int64", "float32",
        "combo-ip-prefix", "float64",
    ]
    private let set = AttributeDictionary.parse(
        types.enumerated().map { "ATTRIBUTE T-\($1) \($0 + 1) \($1)\n" }.joined())

    @Test(arguments: [
        ("string", "é", "c3a9"), ("octets", "0x00ff", "00ff"), ("octets", "abc", "616263"),
        ("octets[4]", "0x01020304", "01020304"),
        ("ipaddr", "192.0.2.1", "c0000201"), ("ipv6addr", "2001:db8::1", "20010db8000000000000000000000001"),
        ("ipv4prefix", "192.0.2.7/24", "0018c0000200"),
        ("ipv6prefix", "2001:db8:0:ff::1/56", "003820010db8000000000000000000000000"),
        ("combo-ip", "::1", "00000000000000000000000000000001"),
        ("combo-ip", "10.0.0.1", "0a000001"), ("combo-ip-prefix", "10.0.0.0/8", "00080a000000"),
        ("ifid", "0:11:22ff:1", "0000001122ff0001"), ("ether", "0011.2233.4455", "001122334455"),
        ("date", "2026-01-31T12:00:00Z", "697deec0"), ("date", "2026-01-31 13:00:00+01:00", "697deec0"),
        ("date", "Jan 31 2026 12:00:00 UTC", "697deec0"), ("date", "1769860800", "697deec0"),
        ("date", "2000-02-29", "38bb0c00"), ("time_delta", "60", "0000003c"), ("bool", "yes", "01"),
        ("byte", "255", "ff"),
        ("short", "0x1234", "1234"), ("integer", "4294967295", "ffffffff"),
        ("integer64", "18446744073709551615", "ffffffffffffffff"),
        ("signed", "-1", "ffffffff"), ("int8", "-128", "80"), ("int64", "-2", "fffffffffffffffe"),
        ("float32", "1.5", "3fc00000"),
        ("float64", "-2", "c000000000000000"),
    ])
    func `a text is these bytes (RFC 8044)`(type: String, text: String, hex: String) throws {
        let attribute = try #require(set.attribute(named: "T-\(type)"))
        #expect(try HexText.text(set.value(attribute, text: text)) == hex)
    }

    @Test(arguments: [
        ("octets", "0x0"), ("octets", "0xzz"), ("octets[4]", "0x010203"), ("ipaddr", "256.1.1.1"), ("ipaddr", "::1"),
        ("ipv6addr", "1.2.3.4"), ("ipv4prefix", "1.2.3.4/33"), ("ipv6prefix", "::/129"), ("ifid", "1:2:3"),
        ("ether", "00:11"),
        ("date", "2026-02-30"), ("date", "yesterday"), ("date", "1969-12-31"), ("bool", "perhaps"), ("byte", "256"),
        ("byte", "-1"),
        ("short", "65536"), ("integer", "4294967296"), ("integer", "12a"), ("integer64", "18446744073709551616"),
        ("signed", "2147483648"), ("signed", "-2147483649"), ("int8", "128"), ("float32", "x"), ("time_delta", ""),
    ])
    func `a text that does not fit its type is refused (RFC 8044)`(type: String, text: String) throws {
        let attribute = try #require(set.attribute(named: "T-\(type)"))
        #expect(throws: EncodeError.self) { try set.value(attribute, text: text) }
    }
}
