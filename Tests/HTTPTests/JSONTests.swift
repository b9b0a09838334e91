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

@Suite
struct JSONReaderTests {
    private func read(_ text: String) -> String { read(Array(text.utf8)) }

    private func read(_ bytes: [UInt8]) -> String {
        do throws(JSONReader.Fault) { return JSON(try JSONReader.read(bytes)).text } catch { return error.message }
    }

    @Test(arguments: [
        "", " ", "nul", "truefalse", "{", "[", "[1", "[1,", "[1,]", "[1 2]", "]", "{]", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}", "{1:1}", "{\"a\":1 \"b\":2}", "1 2", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN",
        "Infinity", "'a'",
        "\"a", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\n\"", "/* */1", "\u{0}",
        "\u{feff}",
    ])
    func `what is no JSON is refused (RFC 8259)`(text: String) { #expect(read(text) == "The body is not JSON.") }

    @Test func `text that is not UTF-8 is refused, in other encodings of Unicode too (RFC 8259 8.1)`() {
        #expect(read([34, 0xFF, 34]) == "The JSON is not UTF-8.")
        #expect(read([34, 0xED, 0xA0, 0x80, 34]) == "The JSON is not UTF-8.")
        // A letter whose second byte looks like a quote would hide what is nested behind it.
        let deep = "{\"\u{122}\":" + String(repeating: "[", count: 450) + String(repeating: "]", count: 450) + "}"
        #expect(read(deep.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }) == "The body is not JSON.")
        #expect(read([0xFE, 0xFF, 0, 49]) == "The body is not JSON.")
    }

    @Test func `what is nested deeper than 64 is refused, however deep`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(read(nested(64)) == nested(64))
        for depth in [65, 1_000_000] { #expect(read(nested(depth)) == "The JSON is nested deeper than 64.") }
        #expect(read(String(repeating: "{\"a\":", count: 65)) == "The JSON is nested deeper than 64.")
    }

    @Test(arguments: [
        ("1e400", "A number is too large."), ("-1e400", "A number is too large."),
        ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"),
        ("9223372036854775808", "9.223372036854776e+18"), ("-9223372036854775809", "-9.223372036854776e+18"),
        ("9007199254740993.0", "9007199254740993"), ("-0", "0"), ("1.0", "1"), ("1e3", "1000"), ("1.5", "1.5"),
        ("1E-2", "0.01"), ("0.99999999999999999999", "1.0"), ("1e-400", "0.0"), ("-1.00000000000000000001", "-1.0"),
        ("0e999999999999999999999", "0"), ("-0.00e-5", "0"), ("1e99999999999999999999", "A number is too large."),
        ("1e-99999999999999999999", "0.0"), ("10.5e9223372036854775807", "A number is too large."),
        ("1.5e-9223372036854775808", "0.0"), ("1.5e+1", "15"), ("-1200E-2", "-12"), ("1201e-2", "12.01"),
        ("9223372036854775807.0", "9223372036854775807"), ("92233720368547758080e-1", "9.223372036854776e+18"),
        ("-922337203685477580.80e1", "-9223372036854775808"), ("1e18", "1000000000000000000"), ("1e19", "1e+19"),
    ])
    func `a whole number of 64 bits is an integer, others are as near as may be`(text: String, number: String) {
        #expect(read(text) == number)
    }

    @Test(arguments: [
        (" [ ] ", "[]"), ("{\t}\r\n", "{}"), ("\u{feff}null", "null"), ("[true,false]", "[true,false]"),
        ("{\"b\":[{\"c\":\"d\"}],\"a\":1}", "{\"a\":1,\"b\":[{\"c\":\"d\"}]}"), ("{\"a\":1,\"a\":2}", "{\"a\":2}"),
        (#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#, #""\"\\/\u0008\u000c\n\r\té😀""#), (#""\u0000""#, #""\u0000""#),
    ])
    func `values are read, blanks passed over, the last of two members of one name taken`(text: String, value: String) {
        #expect(read(text) == value)
    }
}
