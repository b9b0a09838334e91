import HTTP
import Support
import Testing
import Threads

@Suite struct PostTests {
    @Test func `who is not there is a failure in words, without the URL`() {
        let post = Post("http://127.0.0.1:1/secret-token", headers: [], body: [], timeout: .seconds(2))
        let failure = #expect(throws: Post.Failure.self) { try post.send() }
        #expect(failure?.description.isEmpty == false)
        #expect(failure?.description.contains("secret-token") == false)
    }

    @Test(arguments: ["file:///etc/passwd", "ftp://127.0.0.1/", "no url"])
    func `only http and https are spoken`(_ url: String) {
        #expect(throws: Post.Failure.self) { try Post(url, headers: [], body: [], timeout: .seconds(2)).send() }
    }

    @Test func `a body and its headers arrive; the answer's status is given, whatever it is`() throws {
        let seen = Locked<[String]>([])
        let server = try RawServer([
            Route("POST", "/hook") { request in
                let header = request.headers.first { $0.name == "x-test" }?.value ?? ""
                seen.withLock { $0.append("\(header) \(String(decoding: request.body, as: UTF8.self))") }
                return .text("no", status: 418)
            },
            Route("POST", "/moved") { _ in
                Response(status: 302, type: "text/plain", headers: [(name: "Location", value: "/hook")], body: [])
            },
        ])
        let url = "http://127.0.0.1:\(server.port)"
        let headers = [(name: "X-Test", value: "yes")]
        #expect(try Post(url + "/hook", headers: headers, body: Array("{}".utf8)).send() == 418)
        #expect(try Post(url + "/moved", headers: headers, body: []).send() == 302)
        #expect(seen.withLock { $0 } == ["yes {}"])
    }
}
