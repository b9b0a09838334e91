import Dictionary
import Testing

/// A small dictionary with one of each kind of wrapping.
let kinds = AttributeDictionary.parse(
    """
    VENDOR Acme 9
    VENDOR 3Wide 429 format=4,0
    VENDOR Broad 8164 format=2,2
    VENDOR WiMAX 24757 format=1,1,c
    ATTRIBUTE User-Name 1 string
    ATTRIBUTE User-Password 2 string encrypt=1
    ATTRIBUTE Framed-IP-Address 8 ipaddr
    ATTRIBUTE Service-Type 6 integer
    VALUE Service-Type Framed-User 2
    ATTRIBUTE Tunnel-Type 64 integer has_tag
    ATTRIBUTE Tunnel-Client-Endpoint 66 string has_tag
    ATTRIBUTE EAP-Message 79 octets concat
    ATTRIBUTE Extended-Attribute-1 241 extended
    ATTRIBUTE Extended-Attribute-5 245 long-extended
    ATTRIBUTE Extended-Vendor-Specific-1 241.26 evs
    ATTRIBUTE Extended-Vendor-Specific-5 245.26 evs
    ATTRIBUTE Frag-Status 241.1 integer
    ATTRIBUTE Long-Text 245.2 string
    ATTRIBUTE IP-Port-Limit-Info 241.5 tlv
    ATTRIBUTE IP-Port-Type 241.5.1 integer
    ATTRIBUTE IP-Port-Limit 241.5.2 integer
    ATTRIBUTE Cleartext-Password 1100 string
    BEGIN-VENDOR Acme
    ATTRIBUTE Acme-AVPair 1 string
    END-VENDOR Acme
    BEGIN-VENDOR Acme parent=Extended-Vendor-Specific-5
    ATTRIBUTE Acme-Long 7 octets
    END-VENDOR Acme
    BEGIN-VENDOR 3Wide
    ATTRIBUTE Wide-Speed 0x9801 integer
    END-VENDOR 3Wide
    BEGIN-VENDOR Broad
    ATTRIBUTE Broad-Name 300 string
    END-VENDOR Broad
    BEGIN-VENDOR WiMAX
    ATTRIBUTE WiMAX-Capability 1 tlv
    ATTRIBUTE WiMAX-Release 1.1 string
    ATTRIBUTE WiMAX-Accounting 1.2 byte
    ATTRIBUTE WiMAX-Long 5 octets
    END-VENDOR WiMAX
    STRUCT-IS-NOT-KNOWN
    ATTRIBUTE Flow 250 struct
    MEMBER Flow-Version bit[4]
    MEMBER Flow-Priority bit[12]
    MEMBER Flow-Address ipaddr
    MEMBER Flow-Name string
    """)

@Suite struct DecodeTests {
    @Test func `an unknown statement is told with its line and the rest is used`() {
        #expect(kinds.diagnostics.map(\.line) == [41])
        #expect(kinds.counts.vendors == 4)
    }

    @Test(arguments: [
        ("User-Name = \"bob\"", "0105626f62"),
        ("Service-Type = Framed-User", "060600000002"),
        ("Framed-IP-Address = 192.0.2.1", "0806c0000201"),
        ("Tunnel-Type:1 = 3", "400601000003"),
        ("Tunnel-Client-Endpoint:2 = \"x\"", "42040278"),
        ("Acme-AVPair = \"a=b\"", "1a0b000000090105613d62"),
        ("Wide-Speed = 5", "1a0e000001ad0000980100000005"),
        ("Broad-Name = \"ab\"", "1a0c00001fe4012c00066162"),
        ("Frag-Status = 1", "f1070100000001"),
        ("IP-Port-Limit-Info = { IP-Port-Type = 1, IP-Port-Limit = 9 }", "f10f05010600000001020600000009"),
        ("Acme-Long = 0x0102", "f50b1a0000000009070102"),
        ("WiMAX-Capability = { WiMAX-Release = \"1.0\", WiMAX-Accounting = 1 }", "1a11000060b5010b000105312e30020301"),
        (
            "Flow = { Flow-Version = 1, Flow-Priority = 2, Flow-Address = 192.0.2.1, Flow-Name = \"n\" }",
            "fa091002c00002016e"
        ),
        ("Attr-200 = 0x0102", "c8040102"),
        ("Attr-26.9.77 = 0x01", "1a0900000009" + "4d0301"),
        ("Attr-241.99 = 0x01", "f1046301"),
        ("User-Name = \"a\\\"b\\\\c\\001\\377\"", "0109" + "6122625c6301ff"),
    ])
    func `a line and its bytes are the same thing`(line: String, hex: String) throws {
        let bytes = try #require(HexText.bytes(Array(hex.utf8)))
        #expect(HexText.text(try kinds.encode(list: line)) == hex)
        #expect(kinds.decode(attributes: bytes, showsSecrets: true).map(\.line) == [line])
    }

    @Test func `neighbours below one TLV share it, and a second of the same begins another`() throws {
        let bytes = try kinds.encode(list: "WiMAX-Release = 1.0, WiMAX-Accounting = 1, WiMAX-Release = 2.0")
        #expect(
            kinds.decode(attributes: bytes).map(\.line) == [
                "WiMAX-Capability = { WiMAX-Release = \"1.0\", WiMAX-Accounting = 1 }",
                "WiMAX-Capability = { WiMAX-Release = \"2.0\" }",
            ])
    }

    @Test(arguments: ["EAP-Message", "Acme-Long", "WiMAX-Long", "Attr-245.77"])
    func `a long value is split and joined (RFC 3579 3.1, RFC 6929 2.2, WiMAX)`(name: String) throws {
        let value = "0x" + String(repeating: "a1b2c3", count: 300)
        let bytes = try kinds.encode(list: "\(name) = \(value)")
        #expect(bytes.count > 900 && bytes[1] == 255)
        #expect(kinds.decode(attributes: bytes).map(\.line) == ["\(name) = \(value)"])
    }

    @Test(arguments: [
        ("01", "raw = 0x01"), ("0101", "raw = 0x0101"), ("0105626f", "raw = 0x0105626f"),
        ("0102", "Attr-1 = 0x"), ("060500000002", "Attr-6 = 0x000000, raw = 0x02"),
        ("1a05000000", "Attr-26 = 0x000000"),
        ("1a0b000000090106613d62", "Attr-26.9 = 0x0106613d62"), ("f102", "Attr-241 = 0x"),
        ("f5040180", "Attr-245 = 0x0180"), ("f10605010700", "Attr-241.5 = 0x010700"),
    ])
    func `broken bytes come back as bytes, with what is wrong`(hex: String, line: String) throws {
        let bytes = try #require(HexText.bytes(Array(hex.utf8)))
        let items = kinds.decode(attributes: bytes)
        #expect(items.map(\.line).joined(separator: ", ") == line)
        #expect(items.contains { $0.problem != nil })
        #expect(HexText.text(try kinds.encode(list: line)) == hex)
    }

    @Test(arguments: [
        ("Nothing = 1", EncodeError.unknownAttribute("Nothing")),
        ("Cleartext-Password = x", .notOnWire("Cleartext-Password")),
        ("User-Password = x", .needsSecret("User-Password")),
        ("User-Name:1 = x", .badTag("User-Name")),
        ("User-Name = \"\"", .badValue(attribute: "User-Name", text: "", expected: "at least one byte")),
        (
            "User-Name == x y",
            .badList(offset: 15, message: "a comma or line end should follow; quote a value that has spaces")
        ),
        ("User-Name != x", .badList(offset: 0, message: "!= compares; it can't be sent")),
        ("User-Name = \"x", .badList(offset: 12, message: "the closing quote is missing")),
    ])
    func `a list that can't be sent says why`(list: String, error: EncodeError) {
        #expect(throws: error) { try kinds.encode(list: list) }
    }

    @Test func `secrets are masked unless asked for`() throws {
        let bytes = try kinds.encode(list: "User-Password = hunter2", cipher: MirrorCipher())
        #expect(kinds.decode(attributes: bytes, cipher: MirrorCipher()).map(\.line) == ["User-Password = ***"])
        #expect(kinds.decode(attributes: bytes).map(\.line) == ["User-Password = ***"])
        let shown = kinds.decode(attributes: bytes, cipher: MirrorCipher(), showsSecrets: true)
        #expect(shown.map(\.line) == ["User-Password = \"hunter2\""])
    }
}
