import Dictionary
import PluginAPI
import Testing

struct XMLDocumentTests {
    private func parse(_ text: String, schema: String? = nil) throws -> XMLElement {
        try XMLDocument.parse(Array(text.utf8), name: "a.xml", schema: schema.map { Array($0.utf8) })
    }

    @Test func `elements come with attributes, text, children and lines`() throws {
        let root = try parse("<a x='1' y='&lt;2'>\n  <b> t &amp; u </b><!-- no -->\n  <b><![CDATA[<c>]]></b>\n</a>")
        #expect(root.attributes == ["x": "1", "y": "<2"])
        #expect(root.all("b").map(\.text) == ["t & u", "<c>"])
        #expect(root.all("b").map(\.line) == [2, 3])
    }

    static let refused: [(text: String, message: String)] = [
        ("", "a.xml: is not well-formed XML"),
        ("<a>", "a.xml:1: "),
        ("<a>\n<b></a>", "a.xml:2: "),
        ("<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>", "a.xml:1: a document type declaration"),
        ("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", "a.xml:1: a document type declaration"),
        ("<a>&e;</a>", "a.xml:1: Entity 'e' not defined"),
        (String(repeating: "<a>", count: 70) + String(repeating: "</a>", count: 70), "a.xml:1: elements are nested"),
        (String(repeating: "<a>", count: 100_000), "a.xml:1: "),
    ]

    @Test(arguments: refused)
    func `what is malformed or reaches outside is refused with file and line`(row: (text: String, message: String)) {
        let error = #expect(throws: XMLError.self) { try parse(row.text) }
        #expect(error?.description.hasPrefix(row.message) == true, "\(error?.description ?? "")")
    }

    private let schema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
        <xs:element name="a"><xs:complexType><xs:attribute name="n" type="xs:int"/></xs:complexType></xs:element>
        </xs:schema>
        """

    @Test func `a schema is enforced, with the line of what does not fit`() throws {
        #expect(try parse("<a n='1'/>", schema: schema).name == "a")
        let error = #expect(throws: XMLError.self) { try parse("\n\n<a n='x'/>", schema: schema) }
        #expect(error?.line == 3)
        #expect(throws: XMLError.self) { try parse("<a/>", schema: "<xs:schema/>") }
    }
}
