import Testing
import Threads

@testable import HTTP

@Suite
struct ProblemTests {
    private static func text(_ response: Response) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test func `a problem names its fields and its request (RFC 9457 3)`() {
        let problem = Problem(
            422, "invalid", "Some inputs are wrong.", fields: [(name: "rate", text: "is \"too\" high")])
        #expect(
            ProblemTests.text(problem.response) == """
                {"type":"about:blank","title":"Unprocessable Content","status":422,"code":"invalid",\
                "detail":"Some inputs are wrong.","fields":{"rate":"is \\"too\\" high"}}

                """)
        var request = Request(method: "GET", path: "/")
        request.id = "0123456789abcdef"
        #expect(ProblemTests.text(problem.response(to: request)).contains("\"request_id\":\"0123456789abcdef\""))
    }

    @Test func `an error that is no problem tells the client its request id alone, and the log the rest`() throws {
        struct Secret: Error {}
        let told = Locked<[String]>([])
        let server = try RawServer([.get("/") { _ in throw Secret() }]) { error, request in
            told.withLock { $0.append("\(error) \(request.id)") }
        }
        let answer = server.send(Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(answer.hasPrefix("HTTP/1.1 500 "))
        #expect(!answer.contains("Secret"))
        let line = try #require(told.withLock { $0.first })
        let id = try #require(line.split(separator: " ").last)
        #expect(line.hasPrefix("Secret"))
        #expect(id.count == 16)
        #expect(answer.contains("X-Request-Id: \(id)\r\n"))
        #expect(answer.contains("\"request_id\":\"\(id)\""))
    }

    @Test func `every request has an id of its own`() {
        #expect(Set((0..<1000).map { _ in Request.newID() }).count == 1000)
    }
}
