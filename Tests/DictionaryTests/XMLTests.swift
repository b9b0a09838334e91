import Dictionary
import Testing

@Suite struct XMLTests {
    @Test func `the schema in the dictionaries folder is the one that is used`() throws {
        let file = try #require(FileBytes.read(OwnSet.folder + "/tollkeeper-dictionary.xsd"))
        #expect(String(decoding: file, as: UTF8.self) == DictionarySchema.text)
    }

    @Test(arguments: ["freeradius", "wireshark/radius"])
    func `each installed file goes to XML and back unchanged`(set: String) throws {
        guard let files = try? AttributeDictionary.load(file: "/usr/share/\(set)/dictionary").files else { return }
        for file in files {
            let bytes = try #require(FileBytes.read(file))
            let (text, _) = TextReader.read(bytes, file: file)
            // A block that is not ended, which XML can't say.
            guard let xml = try? XMLWriter.text(text) else { continue }
            let (back, diagnostics) = XMLReader.read(Array(xml.utf8), file: file)
            #expect(diagnostics == [])
            for (left, right) in zip(back.lines, text.lines) where left != right {
                Issue.record("\(file): \(right) became \(left)")
            }
            #expect(back.lines.count == text.lines.count, "\(file)")
            let again = TextReader.read(Array(TextWriter.text(back).utf8), file: file).0
            for (left, right) in zip(again.lines, text.lines) where left != right {
                Issue.record("\(file): \(right) became \(left) as text")
            }
        }
    }

    @Test func `every kind of statement goes to XML and back unchanged`() throws {
        let text = """
            # first <&>"
            $INCLUDE- other.file # why
            VENDOR 3Com 43 format=2,1

            ATTRIBUTE A 1 integer has_tag,encrypt=2 secret # note
            VALUE A One 1
            VALUE A Two 0x2 # two
            # between

            VALUE A Three 3
            BEGIN-VENDOR 3Com parent=Foo # in
            ATTRIBUTE B .1.2 tlv
            BEGIN-TLV B

            MEMBER C bit[4]
            END-TLV B # out

            END-VENDOR 3com
            PROTOCOL DHCPv4 2
            BEGIN-PROTOCOL DHCPv4
            DEFINE D string
            ENUM E uint32
            ALIAS F A
            STRUCT G C 4 key
            FLAGS internal
            END-PROTOCOL
            what is this

            """
        let (document, _) = TextReader.read(Array(text.utf8), file: "x")
        let xml = try XMLWriter.text(document)
        let (back, diagnostics) = XMLReader.read(Array(xml.utf8), file: "x")
        #expect(diagnostics == [])
        #expect(back == document)
        #expect(try XMLWriter.text(back) == xml)
    }

    private func problems(_ inside: String, head: String = "") -> [String] {
        let xml = "\(head)<dictionary xmlns='urn:tollkeeper:dictionary:1'>\n\(inside)\n</dictionary>"
        let (document, diagnostics) = XMLReader.read(Array(xml.utf8), file: "x")
        #expect(diagnostics.isEmpty || document.lines.isEmpty)
        return diagnostics.map { "\($0.line) \($0.message.prefix(22))" }
    }

    @Test func `what the schema forbids is told with its line`() {
        #expect(problems("<attribute name='A' number='1' type='string'/>") == [])
        #expect(problems("\n<attribute name='A' number='x' type='string'/>").first?.hasPrefix("3 ") == true)
        #expect(problems("<nothing/>").first?.hasPrefix("2 ") == true)
        #expect(problems("\n\n<attribute").first?.hasPrefix("5 not XML") == true)
    }

    @Test func `no entity and no file outside is ever opened`() {
        let head = "<?xml version='1.0'?>\n<!DOCTYPE dictionary [<!ENTITY x SYSTEM 'file:///etc/hostname'>]>\n"
        #expect(problems("<comment>&x;</comment>", head: head) == ["2 a DOCTYPE is not allow"])
        #expect(problems("<comment>&x;</comment>").first?.contains("not XML") == true)
    }
}
