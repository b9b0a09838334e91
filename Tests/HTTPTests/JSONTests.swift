import HTTP
import Testing

@Suite
struct JSONTests {
    @Test(arguments: [
        (JSON.null, "null"), (.bool(true), "true"), (.integer(-7), "-7"), (.number(1.5), "1.5"),
        (.number(.infinity), "null"), (.text("a\"b\\c\n\u{1}"), "\"a\\\"b\\\\c\\n\\u0001\""),
        (.array([.integer(1), .text("x")]), "[1,\"x\"]"),
        (.object([("b", .null), ("a", .array([]))]), "{\"b\":null,\"a\":[]}"),
    ])
    func `a value is written as JSON, members in their order (RFC 8259)`(value: JSON, text: String) {
        #expect(value.text == text)
    }
}
