@testable import Control
import HTTP
import PluginAPI
import Testing

/// From what a client sends to checked inputs.
@Suite struct APIInputTests {
    private static let endpoint = Endpoint(.post, "/things/{id}", .operator, "Try") { _ in .none }
        .query(
            FieldDescription(name: "size", kind: .integer, constraints: [.range(1...500)]),
            FieldDescription(name: "names", kind: .list(.text)), FieldDescription(name: "on", kind: .bool),
            FieldDescription(name: "at", kind: .format("date-time"))
        )
        .body([
            FieldDescription(name: "name", kind: .text, isRequired: true, constraints: [.length(1...5)]),
            FieldDescription(name: "rate", kind: .optional(.integer), constraints: [.range(0...10)]),
            FieldDescription(name: "mac", kind: .optional(.format("mac-address"))),
        ])

    private func read(
        id: String = "7", query: String? = nil, body: String = "{\"name\":\"x\"}", type: String? = "application/json"
    ) -> String {
        let headers = type.map { [(name: "content-type", value: $0)] } ?? []
        let request = Request(
            method: "POST", path: "/things/\(id)", query: query, headers: headers, body: Array(body.utf8),
            parameters: ["id": id])
        do {
            let inputs = try InputReader(endpoint: Self.endpoint).read(request)
            let all = inputs.path.merging(inputs.query) { first, _ in first }.merging(inputs.body) { first, _ in first }
            return JSON(.object(all)).text
        } catch {
            let fields = error.fields.map(\.name).joined(separator: ",")
            return "\(error.status) \(error.code)" + (fields.isEmpty ? "" : " \(fields)")
        }
    }

    @Test(
        "What is wrong with a path leads nowhere",
        arguments: ["abc", "0", "-1", "", "1.5", "9223372036854775808", "+7", "７"])
    func path(_ id: String) { #expect(read(id: id) == "404 not_found") }

    @Test(
        "What is wrong with a query is named",
        arguments: [
            ("size=0", "422 invalid size"), ("size=x", "422 invalid size"), ("size=1&size=2", "422 invalid size"),
            ("nope=1", "422 invalid nope"), ("on=yes", "422 invalid on"), ("at=yesterday", "422 invalid at"),
            ("at=2026-02-29T00:00:00Z", "422 invalid at"), ("%zz=1", "400 bad_request"),
            ("size=%00", "400 bad_request"),
            ("size=%ff", "400 bad_request"),
        ])
    func query(_ query: String, _ refusal: String) { #expect(read(query: query) == refusal) }

    @Test(
        "What is wrong with a body is named",
        arguments: [
            ("{\"name\":\"\"}", "422 invalid name"), ("{\"name\":\"123456\"}", "422 invalid name"),
            ("{\"name\":1}", "422 invalid name"), ("{\"name\":null}", "422 invalid name"), ("{}", "422 invalid name"),
            ("{\"name\":\"x\",\"rate\":11}", "422 invalid rate"), ("{\"name\":\"x\",\"rate\":1.5}", "422 invalid rate"),
            ("{\"name\":\"x\",\"other\":1}", "422 invalid other"),
            ("{\"name\":\"x\",\"mac\":\"zz\"}", "422 invalid mac"),
            ("{\"name\":\"a\\u0000\"}", "422 invalid name"), ("[]", "400 bad_json"), ("", "400 bad_json"),
            ("{\"name\":", "400 bad_json"), ("\"x\"", "400 bad_json"),
        ])
    func body(_ body: String, _ refusal: String) { #expect(read(body: body) == refusal) }

    @Test func `A body of a depth that nobody needs is refused before it is read`() {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(read(body: deep) == "400 bad_json")
    }

    @Test func `Another type of body is refused`() {
        #expect(read(type: "text/plain") == "415 unsupported_media_type")
        #expect(read(type: nil) == "415 unsupported_media_type")
        #expect(read(type: "application/json; charset=utf-8").contains("\"name\":\"x\""))
    }

    @Test func `What fits comes through`() {
        let read = read(
            query: "size=5&names=a,b&names=c&on=true&at=2026-11-21T14:03:00.5%2B01:00",
            body: "{\"name\":\"x\",\"rate\":null,\"mac\":\"00:11:22:aa:bb:cc\"}")
        #expect(
            read
                == "{\"at\":\"2026-11-21T14:03:00.5+01:00\",\"id\":7,\"mac\":\"00:11:22:aa:bb:cc\",\"name\":\"x\",\"names\":[\"a\",\"b\",\"c\"],\"on\":true,\"rate\":null,\"size\":5}"
        )
    }

    @Test("Of thousands of faults a hundred are told")
    func manyFaults() throws {
        let many = (0..<5000).map { "\"f\($0)\":1" }.joined(separator: ",")
        let list = (0..<5000).map { _ in "1" }.joined(separator: ",")
        let endpoint = Endpoint(.post, "/things", .open, "Try") { _ in .none }
            .body([FieldDescription(name: "names", kind: .list(.text))])
        for body in ["{\(many)}", "{\"names\":[\(list)]}"] {
            let request = Request(
                method: "POST", path: "/things", headers: [(name: "content-type", value: "application/json")],
                body: Array(body.utf8))
            let problem = #expect(throws: Problem.self) { try InputReader(endpoint: endpoint).read(request) }
            #expect(problem?.fields.count == 100)
        }
    }

    @Test("Who is not known yet may send 16 KiB")
    func openLimit() {
        let fields = [FieldDescription(name: "name", kind: .text)]
        #expect(Endpoint(.post, "/a", .open, "") { _ in .none }.body(fields).bodyLimit == 16 << 10)
        #expect(Endpoint(.post, "/a", .operator, "") { _ in .none }.body(fields).bodyLimit == 1 << 20)
    }

    @Test("A length is counted in code points, and JSON has no NUL at any depth")
    func lengthAndNUL() {
        let fields = [
            FieldDescription(name: "name", kind: .text, constraints: [.length(1...5)]),
            FieldDescription(name: "any", kind: .format("json")),
            FieldDescription(name: "all", kind: .format("object")),
        ]
        let marks = FieldValue.text("a" + String(repeating: "\u{301}", count: 5))
        #expect(fields.faults(in: ["name": marks], partly: true).map(\.field) == ["name"])
        for value in [FieldValue.object(["a": .list([.text("\0")])]), .object(["\0": .null])] {
            #expect(fields.faults(in: ["any": value, "all": value], partly: true).map(\.field) == ["any", "all"])
        }
    }
}
