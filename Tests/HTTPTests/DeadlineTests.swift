import Glibc
import Synchronization
import Testing

@testable import HTTP

/// What a server does with clients that take their time. The clock is the test's: nothing here waits for time to pass,
/// but for the one test of libmicrohttpd's own timer.
@Suite(.timeLimit(.minutes(1)))
struct DeadlineTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let routes: [Route] = [
        .get("/") { _ in .text("home") },
        Route("POST", "/body", bodyLimit: 1000) { .text("\($0.body.count)") },
        Route("POST", "/import", bodyLimit: 64 << 20) { .text("\($0.body.count)") },
    ]
    private let clock = HandClock()

    private func head(_ path: String, _ length: Int) -> String {
        "POST \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: \(length)\r\n\r\n"
    }

    /// Closes who is late, when the server has read what was sent before: one thread serves all.
    private func sweep(_ server: RawServer) {
        #expect(server.status(DeadlineTests.get) == 200)
        server.server.sweep()
    }

    @Test func `headers that drip outlive no deadline`() throws {
        let server = try RawServer(DeadlineTests.routes, settings: clock.settings)
        let client = RawClient(server.port)
        client.send("GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        for _ in 0..<59 {
            sweep(server)
            clock.advance(.seconds(1))
            client.send("x")
        }
        sweep(server)
        #expect(server.server.figures.late == 0)
        clock.advance(.seconds(1))
        sweep(server)
        #expect(client.isClosed)
        #expect(server.server.figures.late == 1)
    }

    @Test(arguments: [("/body", 5), ("/import", 64 << 20)])
    func `a body that does not come, or drips, outlives no deadline, however large it may be`(path: String, length: Int)
        throws
    {
        let server = try RawServer(DeadlineTests.routes, settings: clock.settings)
        let client = RawClient(server.port)
        client.send(head(path, length) + "12")
        sweep(server)
        clock.advance(.seconds(59))
        client.send("3")
        sweep(server)
        #expect(server.server.figures.late == 0)
        clock.advance(.seconds(2))
        sweep(server)
        #expect(client.isClosed)
        #expect(server.server.figures.late == 1)
    }

    @Test func `a long body has the minutes that a slow line takes`() throws {
        let server = try RawServer(DeadlineTests.routes, settings: clock.settings)
        let client = RawClient(server.port)
        let (length, piece) = (4 << 20, [UInt8](repeating: 120, count: 256 << 10))
        client.send(head("/import", length))
        for count in 1...(length / piece.count) {
            client.send(piece)
            while count < length / piece.count,
                server.server.core.bodyBytes.load(ordering: .relaxed) < count * piece.count
            {
                sched_yield()
            }
            clock.advance(.seconds(30))
            server.server.sweep()
        }
        #expect(client.answer().hasSuffix("\r\n\r\n\(length)"))
        #expect(server.server.figures.late == 0)
    }

    @Test func `for each second beyond the first sixty a body must have brought 8 KiB, and there is an end`() {
        let time = BodyTime(base: .seconds(60))
        #expect(time.limit(allowed: 64 << 20, received: 0) == .seconds(60))
        #expect(time.limit(allowed: 64 << 20, received: 1) < .seconds(61))
        #expect(time.limit(allowed: 64 << 20, received: 80 << 10) == .seconds(70))
        #expect(time.limit(allowed: 64 << 20, received: 64 << 20) == .seconds(60 + 1024))
        #expect(time.limit(allowed: 1 << 20, received: 1 << 20) == .seconds(76))
        #expect(time.limit(allowed: 1 << 40, received: 1 << 40) == .seconds(1200))
    }

    @Test func `few long bodies come in at once; short ones and others go on, and an end frees a place`() throws {
        var settings = clock.settings
        settings.longBodies = 2
        let server = try RawServer(DeadlineTests.routes, settings: settings)
        let long = head("/import", 2 << 20).replacing("Host: a", with: "Host: a\r\nExpect: 100-continue")
        func taken() -> RawClient {
            while true {
                let client = RawClient(server.port)
                client.send(long)
                if client.answer().hasPrefix("HTTP/1.1 100 ") { return client }
            }
        }
        var slow = [taken(), taken()]
        let refused = server.send(Array(long.utf8))
        #expect(refused.hasPrefix("HTTP/1.1 503 "))
        #expect(refused.contains("Retry-After: "))
        #expect(server.status(head("/import", 3) + "abc") == 200)
        // One whole, one gone: two places, and no third.
        slow[0].send([UInt8](repeating: 120, count: 2 << 20))
        #expect(slow[0].answer().hasSuffix("\r\n\r\n\(2 << 20)"))
        slow.removeLast()
        let next = [taken(), taken()]
        #expect(server.status(long) == 503)
        for client in next {
            client.send([UInt8](repeating: 120, count: 2 << 20))
            #expect(client.answer().hasPrefix("HTTP/1.1 200 "))
        }
    }

    /// libmicrohttpd's own timer, with its shortest time: a second that does pass.
    @Test func `a connection without a byte is closed by libmicrohttpd`() throws {
        var settings = HTTPSettings()
        settings.idleTimeout = .seconds(1)
        let server = try RawServer(DeadlineTests.routes, settings: settings)
        let client = RawClient(server.port)
        client.send(DeadlineTests.get)
        #expect(client.answer().hasSuffix("home"))
        #expect(client.isClosed)
    }
}
