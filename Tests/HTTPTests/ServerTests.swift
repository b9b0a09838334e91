import HTTP
import Testing

@Suite
struct ServerTests {
    private static let routes: [Route] = [
        .get("/") { _ in .text("home") },
        .get("/echo/{word}") { .text("\($0.parameters["word"] ?? "") \($0.query ?? "-")") },
        Route("POST", "/body", bodyLimit: 16) { .text("\($0.body.count)") },
        .get("/fails") { _ in throw Problem(409, "taken", "It is taken.") },
    ]

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        ("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        ("GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 200),
        ("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        ("GET /fails HTTP/1.1\r\nHost: a\r\n\r\n", 409),
        ("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", 200),
        ("POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n", 200),
        ("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 17\r\n\r\n12345678901234567", 413),
        ("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
    ])
    func `a request is answered with its status`(request: String, status: Int) throws {
        let server = try RawServer(ServerTests.routes)
        #expect(server.status(request) == status)
    }

    @Test(arguments: [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET /\u{0} HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /%c3 HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET nothing HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nab",
        "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
        "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\nab",
        "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ])
    func `a request that two readers may read differently is refused (RFC 9112 3.2, 6.1, 6.3)`(
        request: String
    ) throws {
        let server = try RawServer(ServerTests.routes)
        #expect(server.status(request) == 400)
    }

    @Test func `a Transfer-Encoding other than chunked is 501 (RFC 9112 6.1)`() throws {
        let server = try RawServer(ServerTests.routes)
        let request = "POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"
        #expect(server.status(request) == 501)
    }

    @Test func `a chunked body over the limit is 413, and the connection ends`() throws {
        let server = try RawServer(ServerTests.routes)
        let head = "POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let request = head + "11\r\n12345678901234567\r\n0\r\n\r\n"
        let answer = server.send(Array(request.utf8))
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.contains("Connection: close\r\n"))
    }

    @Test func `405 names the methods that there are (RFC 9110 15.5.6)`() throws {
        let server = try RawServer(ServerTests.routes)
        let answer = server.send(Array("PUT / HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(answer.contains("Allow: GET, HEAD, OPTIONS\r\n"))
        #expect(answer.contains("Content-Type: application/problem+json\r\n"))
        #expect(answer.contains("\"code\":\"method_not_allowed\""))
    }

    @Test func `a route gets the decoded parts of its path, and the query as sent`() throws {
        let server = try RawServer(ServerTests.routes)
        let answer = server.send(Array("GET /echo/caf%C3%A9?a=%20b HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(answer.hasSuffix("caf\u{e9} a=%20b"))
    }
}
