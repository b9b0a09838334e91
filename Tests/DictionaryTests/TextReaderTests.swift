import Dictionary
import PluginAPI
import Testing

@Suite struct TextReaderTests {
    @Test func `version 4's relative numbers, structures, aliases and definitions are understood`() throws {
        let set = AttributeDictionary.parse(
            """
            PROTOCOL RADIUS 1
            PROTOCOL DHCPv4 2
            BEGIN-PROTOCOL RADIUS
            VENDOR Acme 9
            ATTRIBUTE Top 200 tlv
            ATTRIBUTE Middle .1 tlv
            ATTRIBUTE Leaf .1.7 uint32
            BEGIN-TLV Top
            ATTRIBUTE Second 2 ipv4addr
            END-TLV Top
            ATTRIBUTE Extended-Attribute-1 241 tlv extended
            ATTRIBUTE Extended-Vendor-Specific-1 .26 vsa
            ATTRIBUTE Extended-Attribute-5 245 tlv long
            BEGIN-VENDOR Acme parent=Extended-Vendor-Specific-1
            ATTRIBUTE Deep 4 string
            END-VENDOR Acme
            ATTRIBUTE Kind 201 struct
            MEMBER Kind-Type uint8 key
            STRUCT Kind-One Kind-Type 1
            MEMBER Kind-One-Size uint16
            MEMBER Kind-One-Rest octets
            STRUCT Kind-Two Kind-Type 2
            MEMBER Kind-Two-Address ipv6addr
            ALIAS Foliage Top.Middle.Leaf
            DEFINE Own-Name string
            ENUM Own-Kind uint8
            VALUE Own-Kind First 1
            ATTRIBUTE Chosen 202 uint8 enum=Own-Kind
            END-PROTOCOL RADIUS
            BEGIN-PROTOCOL DHCPv4
            ATTRIBUTE Subnet-Mask 1 ipv4addr
            END-PROTOCOL DHCPv4
            """)
        #expect(set.diagnostics == [])
        let paths: [(String, [UInt32])] = [
            ("Leaf", [200, 1, 7]), ("Second", [200, 2]), ("Extended-Vendor-Specific-1", [241, 26]),
            ("Deep", [241, 26, 9, 4]), ("Foliage", [200, 1, 7]), ("Top.Second", [200, 2]),
        ]
        for (name, path) in paths { #expect(set.attribute(named: name)?.path == path, "\(name)") }
        for name in ["Own-Name", "Own-Kind", "Subnet-Mask"] {
            #expect(set.attribute(named: name)?.isOnWire == false, "\(name)")
        }
        #expect(set.attribute(AttributeKey(1)) == nil)
        let line = "Kind = { Kind-Type = Kind-Two, Kind-Two = { Kind-Two-Address = 2001:db8::1 } }"
        let wire = try set.encode(list: line)
        #expect(HexText.text(wire) == "c913" + "02" + "20010db8000000000000000000000001")
        #expect(set.decode(attributes: wire).map(\.line) == [line])
        #expect(try HexText.text(set.encode(list: "Chosen = First")) == "ca0301")
    }

    @Test(arguments: [
        ("ATTRIBUTE A x string", "1: error: 'x' of A is not a number; the attribute is left out"),
        ("ATTRIBUTE A 1 strange", "1: warning: A: type 'strange' is not known; taken as octets"),
        ("ATTRIBUTE A 1 string odd", "1: warning: A: flag 'odd' is not known; ignored"),
        ("ATTRIBUTE A 1", "1: error: 'ATTRIBUTE' with 2 words is not a statement; the line is left out"),
        ("ATTRIBUTE A 1 integer\nVALUE A B x", "2: warning: VALUE B of A: 'x' does not fit integer; not used"),
        ("ATTRIBUTE A 1 byte\nVALUE A B 256", "2: warning: VALUE B of A: '256' does not fit byte; not used"),
        ("VALUE A B 1", "1: warning: VALUE B belongs to A, which is not defined; not used"),
        ("ATTRIBUTE A 1 string\nATTRIBUTE A 2 string", "2: note: A has two numbers: 2 here, 1 at text:1"),
        ("ATTRIBUTE A 1 string\nATTRIBUTE B 1 string", "2: note: 1 has two names: B here, A at text:1"),
        ("ATTRIBUTE A 1 string\nATTRIBUTE A 1 octets", "2: warning: A has two types: octets here, string at text:1"),
        ("BEGIN-VENDOR X", "1: error: BEGIN-VENDOR X: no VENDOR line names it; its attributes are never sent"),
        ("VENDOR X 9\nBEGIN-VENDOR X", "2: warning: BEGIN-VENDOR X is not ended; it ends with its file"),
        ("END-VENDOR X", "1: warning: END-VENDOR X while nothing is open; ignored"),
        ("VENDOR X 9 format=3,1", "1: warning: VENDOR X: 'format=3,1' is not known; the format is 1,1"),
        ("VENDOR X no", "1: error: VENDOR X has no number from 1 to 4294967295; left out"),
        ("$INCLUDE gone", "1: error: can't read gone; left out"),
        ("$INCLUDE text", "1: error: text includes itself; left out"),
        ("MEMBER A byte", "1: error: MEMBER A is not inside a structure; left out"),
    ])
    func `a doubtful line is told with what was made of it`(text: String, told: String) {
        #expect(AttributeDictionary.parse(text).diagnostics.map(\.description).contains("text:\(told)"))
    }

    @Test func `an include that may be missing is not missed, and CRLF and capitals do not matter`() {
        let set = AttributeDictionary.parse(
            "$INCLUDE- gone\r\nattribute A 1 INTEGER\r\nVALUE a One 0x1 # one\r\n")
        #expect(set.diagnostics == [])
        #expect(set.attribute(named: "a")?.values.number(named: "ONE") == 1)
    }
}
