import Control
import Dictionary
import Testing

@Suite struct AttributeRecordTests {
    private let dictionary = AttributeDictionary.parse(
        """
        ATTRIBUTE NAS-Port 5 integer
        ATTRIBUTE Framed-IP-Address 8 ipaddr
        ATTRIBUTE Filter-Id 11 string
        ATTRIBUTE Auth-Type 1000 integer
        VALUE Auth-Type Reject 4
        """)

    @Test(arguments: [
        ("Filter-Id = \"gold\"", "Filter-Id", ":=", "gold"), ("filter-id += x", "Filter-Id", "+=", "x"),
        ("Framed-IP-Address = 192.0.2.9", "Framed-IP-Address", ":=", "192.0.2.9"),
    ])
    func `a reply attribute is read, a bare = replaces`(
        _ text: String, _ name: String, _ operation: String, _ value: String
    ) throws {
        let record = try AttributeRecord(text, isReply: true, dictionary)
        #expect([record.attribute, record.op, record.value] == [name, operation, value])
    }

    @Test(arguments: ["==", "!=", "<", "<=", ">", ">="]) func `a check compares by its operator`(
        _ operation: String
    ) throws {
        let record = try AttributeRecord("NAS-Port \(operation) 5", isReply: false, dictionary)
        #expect([record.attribute, record.op, record.value] == ["NAS-Port", operation, "5"])
    }

    @Test func `a bare = compares in a check`() throws {
        #expect(try AttributeRecord("NAS-Port = 5", isReply: false, dictionary).op == "==")
        #expect(try AttributeRecord("Auth-Type := Reject", isReply: false, dictionary).op == ":=")
    }

    @Test(arguments: [
        "", "Filter-Id", "No-Such-Thing = 1", "Framed-IP-Address = nonsense", "Auth-Type := Reject", "Filter-Id == x",
        "Filter-Id = a, NAS-Port = 1",
    ])
    func `a reply attribute that can't be sent is refused in words`(_ text: String) {
        let refusal = #expect(throws: RecordRefusal.self) { try AttributeRecord(text, isReply: true, dictionary) }
        #expect(refusal?.message.isEmpty == false)
    }

    @Test(arguments: ["No-Such-Thing == 1", "NAS-Port += 1"]) func `a check that can't be kept is refused`(
        _ text: String
    ) {
        #expect(throws: RecordRefusal.self) { try AttributeRecord(text, isReply: false, dictionary) }
    }
}
