import PluginAPI
import Testing

@testable import HTTP

@Suite
struct TrustedProxiesTests {
    private let proxies = TrustedProxies(["10.0.0.0/8", "2001:db8::1"].compactMap { IPPrefix($0) })

    @Test(arguments: [
        // Who is not trusted is believed nothing.
        ("192.0.2.1", ["x-forwarded-for": "198.51.100.7", "x-forwarded-proto": "https"], "192.0.2.1", false),
        ("10.0.0.1", [:], "10.0.0.1", false),
        ("10.0.0.1", ["x-forwarded-for": "198.51.100.7", "x-forwarded-proto": "https"], "198.51.100.7", true),
        // What the client itself wrote stands before what the proxy added.
        ("10.0.0.1", ["x-forwarded-for": "127.0.0.1, 198.51.100.7"], "198.51.100.7", false),
        ("10.0.0.1", ["x-forwarded-for": "198.51.100.7,10.0.0.2"], "198.51.100.7", false),
        ("2001:db8::1", ["x-forwarded-for": "2001:db8::7"], "2001:db8::7", false),
        ("10.0.0.1", ["x-forwarded-for": "nonsense"], "10.0.0.1", false),
        ("10.0.0.1", ["x-forwarded-for": "198.51.100.7, nonsense"], "10.0.0.1", false),
        ("10.0.0.1", ["x-forwarded-proto": "https, http"], "10.0.0.1", false),
    ])
    func `only a trusted proxy says who the client is, and only its own word counts`(
        peer: String, headers: [String: String], client: String, isSecure: Bool
    ) throws {
        let peer = try #require(IPAddress(peer))
        let list = headers.map { (name: $0.key, value: $0.value) }
        let origin = proxies.origin(peer: peer, isSecure: false, list)
        #expect(origin.client.description == client)
        #expect(origin.isSecure == isSecure)
    }

    @Test func `a route sees the client that the proxy names`() throws {
        let route = HTTP.Route.get("/") { .text("\($0.client) \($0.isSecure)") }
        let request = Array(
            "GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 192.0.2.9\r\nX-Forwarded-Proto: https\r\n\r\n".utf8)
        #expect(try RawServer([route]).send(request).hasSuffix("127.0.0.1 false"))
        var settings = HTTPSettings()
        settings.proxies = TrustedProxies(["127.0.0.1/32"].compactMap { IPPrefix($0) })
        #expect(try RawServer([route], settings: settings).send(request).hasSuffix("192.0.2.9 true"))
    }
}
