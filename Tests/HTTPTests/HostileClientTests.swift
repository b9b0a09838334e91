import Glibc
import PluginAPI
import Testing

@testable import HTTP

@Suite(.timeLimit(.minutes(1)))
struct HostileClientTests {
    private static let routes: [HTTP.Route] = [
        .get("/") { _ in .text("home") },
        HTTP.Route("POST", "/body", bodyLimit: 1000) { .text("\($0.body.count)") },
    ]

    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    @Test func `requests sent at once are answered in order (RFC 9112 9.3.2)`() throws {
        let server = try RawServer(HostileClientTests.routes)
        let client = RawClient(server.port)
        let post = "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
        client.send(
            HostileClientTests.get + post + HostileClientTests.get + "GET /no HTTP/1.1\r\nHost: a\r\n\r\n" + post)
        for text in ["home", "3", "home"] { #expect(client.answer().hasSuffix("\r\n\r\n" + text)) }
        #expect(client.answer().hasPrefix("HTTP/1.1 404 "))
        #expect(client.answer().hasSuffix("\r\n\r\n3"))
    }

    @Test func `a client that has ended its side still gets its answer`() throws {
        let desk = Desk<Reply>()
        let server = try RawServer([HTTP.Route("GET", "/") { _, reply in desk.put(reply) }])
        let client = RawClient(server.port)
        client.send(HostileClientTests.get)
        client.endSending()
        let reply = try desk.next()
        server.server.sweep()
        reply.send(.text("later"))
        #expect(client.answer().hasSuffix("later"))
    }

    @Test func `headers over the limit are 431, a target over it 414, an unknown expectation 417, no method 501`()
        throws
    {
        let server = try RawServer(HostileClientTests.routes)
        // The largest that are answered by a problem document of ours at all; libmicrohttpd answers what no pool holds.
        let (headers, target) = (String(repeating: "x", count: 16_400), String(repeating: "x", count: 8200))
        let huge = String(repeating: "x", count: 27_000)
        let cases = [
            ("GET / HTTP/1.1\r\nHost: a\r\nX: \(headers)\r\n\r\n", 431, "headers_too_large"),
            ("GET / HTTP/1.1\r\nHost: a\r\nX: \(huge)\r\n\r\n", 431, "headers_too_large"),
            ("GET /?\(target) HTTP/1.1\r\nHost: a\r\n\r\n", 414, "target_too_long"),
            ("GET /?\(huge) HTTP/1.1\r\nHost: a\r\n\r\n", 414, "target_too_long"),
            ("GET /?\(target) HTTP/1.1\r\nHost: a\r\nX: \(headers)\r\n\r\n", 414, "target_too_long"),
            ("POST /body HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 1\r\n\r\na", 417, "expectation"),
            ("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501, "not_implemented"),
        ]
        for (request, status, code) in cases {
            let answer = server.send(Array(request.utf8))
            #expect(RawServer.status(answer) == status)
            #expect(answer.contains("\"code\":\"\(code)\""))
        }
        // Beyond what is kept for a connection at all, the parser itself refuses.
        let absurd = String(repeating: "x", count: 60_000)
        #expect(server.status("GET / HTTP/1.1\r\nHost: a\r\nX: \(absurd)\r\n\r\n") == 431)
        #expect(server.status("GET /?\(absurd) HTTP/1.1\r\nHost: a\r\n\r\n") == 414)
    }

    @Test func `a target and headers just within their limits are taken`() throws {
        let server = try RawServer(HostileClientTests.routes)
        let target = "/?" + String(repeating: "x", count: (8 << 10) - 2)
        let header = String(repeating: "x", count: (16 << 10) - 14)
        #expect(server.status("GET \(target) HTTP/1.1\r\nHost: a\r\nX: \(header)\r\n\r\n") == 200)
        #expect(server.status("GET \(target)x HTTP/1.1\r\nHost: a\r\nX: \(header)\r\n\r\n") == 414)
        #expect(server.status("GET \(target) HTTP/1.1\r\nHost: a\r\nX: \(header)x\r\n\r\n") == 431)
    }

    @Test func `OPTIONS names the methods; TRACE is none of them`() throws {
        let server = try RawServer(HostileClientTests.routes)
        let answer = server.send(Array("OPTIONS /body HTTP/1.1\r\nHost: a\r\n\r\n".utf8))
        #expect(answer.hasPrefix("HTTP/1.1 204 "))
        #expect(answer.contains("Allow: OPTIONS, POST\r\n"))
        #expect(server.status("TRACE /body HTTP/1.1\r\nHost: a\r\n\r\n") == 405)
    }

    @Test func `an endless chunked body is cut off`() throws {
        let server = try RawServer(HostileClientTests.routes)
        let client = RawClient(server.port)
        client.send("POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = "10000\r\n" + String(repeating: "x", count: 65536) + "\r\n"
        for _ in 0..<64 { client.send(chunk) }
        #expect(client.isClosed)
        #expect(server.status(HostileClientTests.get) == 200)
    }

    @Test func `bodies over the memory that there is for them are refused, until there is again`() throws {
        var settings = HTTPSettings()
        settings.bodyMemory = 1500
        let server = try RawServer(HostileClientTests.routes, settings: settings)
        let head = "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 900\r\n\r\n"
        let body = String(repeating: "x", count: 800)
        do {
            let first = RawClient(server.port)
            first.send(head + body)
            // Answers in turn on the same thread: the first's bytes have been read by then.
            #expect(server.status(HostileClientTests.get) == 200)
            #expect(server.status(head + body + String(repeating: "x", count: 100)) == 503)
            first.send(String(repeating: "x", count: 100))
            #expect(first.answer().hasSuffix("\r\n\r\n900"))
        }
        #expect(server.status(head + body + String(repeating: "x", count: 100)) == 200)
    }

    @Test func `2,000 idle connections harm nobody`() throws {
        let server = try RawServer(HostileClientTests.routes)
        let idle = (0..<2000).map { _ in RawClient(server.port) }
        #expect(server.status(HostileClientTests.get) == 200)
        #expect(server.server.figures.open >= 2000)
        idle[777].send(HostileClientTests.get)
        #expect(idle[777].answer().hasSuffix("home"))
    }

    @Test func `a connection is kept alive while few are open, and ends with its answer when many are`() throws {
        var settings = HTTPSettings()
        settings.keepAliveLimit = 3
        let server = try RawServer(HostileClientTests.routes, settings: settings)
        let kept = (0..<3).map { _ in RawClient(server.port) }
        for client in kept {
            client.send(HostileClientTests.get)
            #expect(!client.answer().contains("Connection: close\r\n"))
        }
        let fourth = RawClient(server.port)
        fourth.send(HostileClientTests.get)
        #expect(fourth.answer().contains("Connection: close\r\n"))
        #expect(fourth.isClosed)
    }

    @Test func `when all places are taken, who has waited longest for a request goes`() throws {
        var settings = HTTPSettings()
        settings.connectionLimit = 40
        let server = try RawServer(HostileClientTests.routes, settings: settings)
        let first = RawClient(server.port)
        first.send("GET / HTTP/1.1\r\n")
        let idle = (0..<60).map { _ in RawClient(server.port) }
        #expect(server.status(HostileClientTests.get) == 200)
        #expect(first.isClosed)
        #expect(server.server.figures.evicted > 0)
        idle[59].send(HostileClientTests.get)
        #expect(idle[59].answer().hasSuffix("home"))
    }

    @Test func `an address may have so many connections and no more; loopback and proxies are not counted`() {
        var settings = HTTPSettings()
        settings.addressLimit = 2
        settings.proxies = TrustedProxies(["192.0.2.9/32"].compactMap { IPPrefix($0) })
        let counters = HTTPCounters()
        let connections = Connections(settings, counters)
        for (text, admitted) in [("192.0.2.1", 2), ("192.0.2.9", 5), ("127.0.0.1", 5), ("::1", 5)] {
            let address = IPAddress(text)
            var count = 0
            for _ in 0..<5 where connections.admits(address) {
                count += 1
                connections.change { $0.opened(UInt($0.count + 1), -1, address, now: .now) }
            }
            #expect(count == admitted, "\(text)")
        }
        #expect(counters.figures(open: 0, streams: 0).refusedAddress == 3)
    }

    @Test func `random bytes and broken requests never end the server`() throws {
        let server = try RawServer(HostileClientTests.routes)
        var random = SplitMix(state: 4711)
        let whole = Array(
            "POST /body?x=%20 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nabcdGET / HTTP/1.1\r\n\r\n"
                .utf8)
        for round in 0..<400 {
            var bytes = round % 4 == 0 ? (0..<Int.random(in: 1...600, using: &random)).map { _ in UInt8(0) } : whole
            let hits = round % 4 == 0 ? bytes.count : Int.random(in: 1...6, using: &random)
            for _ in 0..<hits {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if round % 3 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
            let client = RawClient(server.port)
            client.send(bytes)
            client.endSending()
        }
        #expect(server.status(HostileClientTests.get) == 200)
    }

    /// The same bytes at every run.
    private struct SplitMix: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
            return mixed ^ (mixed >> 31)
        }
    }
}
