import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(1)))
struct AdmissionTests {
    private static let refusal = Problem(401, "unauthorized", "Who are you?").response
    private static let longBody = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"

    @Test func `who is refused at once is told before his body is read`() throws {
        let server = try RawServer([
            Route("POST", "/a", admit: { $1.give(.refuse(AdmissionTests.refusal)) }, handle: { _, _ in })
        ])
        let client = RawClient(server.port)
        client.send(AdmissionTests.longBody)
        #expect(client.answer().hasPrefix("HTTP/1.1 401 "))
        #expect(client.isClosed)
    }

    @Test func `who is refused later, on another thread, is told before his body is read`() async throws {
        let desk = Desk<Admission>()
        let server = try RawServer([Route("POST", "/a", admit: { desk.put($1) }, handle: { _, _ in })])
        let client = RawClient(server.port)
        client.send(AdmissionTests.longBody.replacing("Content-Length", with: "Expect: 100-continue\r\nContent-Length"))
        try desk.next().give(.refuse(AdmissionTests.refusal))
        // Not asked for the body either (RFC 9110 10.1.1).
        #expect(client.answer().hasPrefix("HTTP/1.1 401 "))
        #expect(client.isClosed)
    }

    @Test func `refused without a body, a client keeps its connection`() throws {
        let server = try RawServer([
            Route("GET", "/a", admit: { $1.give(.refuse(AdmissionTests.refusal)) }, handle: { _, _ in }),
            .get("/b") { _ in .text("b") },
        ])
        let client = RawClient(server.port)
        for _ in 0..<3 {
            client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.answer().hasPrefix("HTTP/1.1 401 "))
            client.send("GET /b HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.answer().hasSuffix("\r\n\r\nb"))
            client.send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(client.answer().hasPrefix("HTTP/1.1 404 "))
        }
    }

    @Test func `who is admitted later sends his body then, and the route has the admission's context`() async throws {
        let desk = Desk<Admission>()
        let server = try RawServer([
            Route("POST", "/a", admit: { desk.put($1) }) { request, reply in
                reply.send(.text("\(request.context as? String ?? "-") \(request.body.count)"))
            }
        ])
        let client = RawClient(server.port)
        client.send(AdmissionTests.longBody.replacing("Content-Length", with: "Expect: 100-continue\r\nContent-Length"))
        try desk.next().give(.pass(context: "hello"))
        #expect(client.answer().hasPrefix("HTTP/1.1 100 "))
        client.send("123456789")
        #expect(client.answer().hasSuffix("hello 9"))
        // The body at once, while the admission is asked.
        client.send(AdmissionTests.longBody + "123456789")
        try desk.next().give(.pass(context: "again"))
        #expect(client.answer().hasSuffix("again 9"))
    }

    @Test func `a body over the route's limit is 413 before it is read, without asking for admission`() throws {
        let server = try RawServer([
            Route("POST", "/a", bodyLimit: 8, admit: { $1.give(.pass(context: nil)) }, handle: { _, _ in })
        ])
        let client = RawClient(server.port)
        client.send(AdmissionTests.longBody)
        let answer = client.answer()
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.contains("Connection: close\r\n"))
    }

    @Test func `an answer comes from another thread, later, and the next request on the connection too`() async throws {
        let desk = Desk<Reply>()
        let server = try RawServer([Route("GET", "/a") { _, reply in desk.put(reply) }])
        let client = RawClient(server.port)
        for round in 1...50 {
            client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
            let reply = try desk.next()
            await OwnThread.wait { reply.send(.text("\(round)")) }
            reply.send(.text("dropped"))
            #expect(client.answer().hasSuffix("\r\n\r\n\(round)"))
        }
    }

    @Test func `a reply that comes before or after the suspension is sent, a thousand times`() throws {
        let server = try RawServer([
            Route("GET", "/a") { request, reply in OwnThread.run { reply.send(.text(request.id)) } }
        ])
        let clients = (0..<10).map { _ in RawClient(server.port) }
        for _ in 0..<100 {
            for client in clients { client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n") }
            for client in clients { #expect(client.answer().hasPrefix("HTTP/1.1 200 ")) }
        }
    }

    @Test func `a reply or an admission that is let go of is a 500, not a connection that waits for ever`() throws {
        let server = try RawServer([
            Route("GET", "/a") { _, _ in },
            Route("GET", "/b", admit: { _, _ in }, handle: { $1.send(.text("never")) }),
        ])
        #expect(server.status("GET /a HTTP/1.1\r\nHost: a\r\n\r\n") == 500)
        #expect(server.status("GET /b HTTP/1.1\r\nHost: a\r\n\r\n") == 500)
    }

    @Test func `a reply to a client that has gone harms nobody`() async throws {
        let desk = Desk<Reply>()
        let server = try RawServer([
            Route("GET", "/a") { _, reply in desk.put(reply) },
            .get("/b") { _ in .text("b") },
        ])
        for _ in 0..<20 {
            do {
                let client = RawClient(server.port)
                client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
                let reply = try desk.next()
                desk.put(reply)
            }
            try desk.next().send(.text(String(repeating: "x", count: 100_000)))
        }
        #expect(server.status("GET /b HTTP/1.1\r\nHost: a\r\n\r\n") == 200)
    }

    @Test func `stopping waits for the answer to what was asked`() async throws {
        let desk = Desk<Reply>()
        let server = try RawServer([
            Route("GET", "/a") { _, reply in desk.put(reply) },
            .get("/events") { _ in EventWriter.response(pings: PingClock(every: nil)) { desk.keep($0) } },
        ])
        let (client, listener) = (RawClient(server.port), RawClient(server.port))
        listener.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(listener.reads("retry"))
        client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        let reply = try desk.next()
        let http = server.server
        OwnThread.run {
            // Event streams are ended first: so it is seen that the server stops.
            #expect(listener.reads("\r\n0\r\n\r\n"))
            reply.send(.text("in time"))
        }
        await OwnThread.wait { http.stop() }
        #expect(client.answer().hasSuffix("in time"))
    }

    @Test func `what is not answered when stopping waits no longer is 503`() async throws {
        var settings = HTTPSettings()
        settings.stopTimeout = .zero
        let desk = Desk<Reply>()
        let server = try RawServer([Route("GET", "/a") { _, reply in desk.put(reply) }], settings: settings)
        let client = RawClient(server.port)
        client.send("GET /a HTTP/1.1\r\nHost: a\r\n\r\n")
        let reply = try desk.next()
        let http = server.server
        await OwnThread.wait { http.stop() }
        #expect(RawServer.status(client.answer()) == 503)
        reply.send(.text("too late"))
    }
}
