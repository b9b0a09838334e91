@testable import Control
import Glibc
import HTTP
import PluginAPI
import Store
import Support
import Testing
import Threads

/// A web server on a port of the system's choice.
private final class Receiver {
    let port: UInt16
    private let server: HTTPServer
    private let socket: Int32

    init(_ routes: [HTTP.Route]) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(socket, $0, length)
                _ = listen(socket, 16)
                _ = getsockname(socket, $0, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        server = try HTTPServer([.init(socket)], router: Router(routes) { _, _ in })
    }

    deinit {
        server.stop()
        close(socket)
    }
}

@Suite struct WebhookReceiverTests {
    private let desk: IdentityDesk
    private let owner = EventTests.principal(1, .house)

    init() throws { desk = try IdentityDesk() }

    @Test func `a real receiver gets the signed body once; a redirect is not followed`() throws {
        let seen = Locked<[String]>([])
        let receiver = try Receiver([
            Route("POST", "/hook") { request in
                let header = { (name: String) in request.headers.first { $0.name == name }?.value ?? "" }
                seen.withLock {
                    $0.append(
                        [
                            header("x-tollkeeper-timestamp"), header("x-tollkeeper-signature"),
                            String(decoding: request.body, as: UTF8.self),
                        ]
                        .joined(separator: " "))
                }
                return .text("thanks", status: 202)
            },
            Route("POST", "/moved") { _ in
                Response(status: 307, type: "text/plain", headers: [(name: "Location", value: "/hook")], body: [])
            },
        ])
        let connection = desk.connection
        try connection.execute("update system_preferences set value = 'on' where name = 'webhook_private_addresses'")
        let hooks = Webhooks(connection, viewer: owner, actor: Actor("os:test"), seal: IdentityDesk.box.seal)
        // By a name that no resolver knows: the addresses that were looked at are asked.
        let url = "http://receiver.invalid:\(receiver.port)"
        let hook = try hooks.create(.init(name: "a", url: url + "/hook", topics: ["*"]))
        let moved = try hooks.create(.init(name: "b", url: url + "/moved", topics: ["*"]))
        for id in [hook.id, moved.id] { _ = try hooks.ping(id) }
        let sender = WebhookSender(
            clock: { 1_795_237_200 }, lookUp: { _ in [IPAddress("127.0.0.1")].compactMap(\.self) },
            post: { try $0.send() })
        #expect(try WebhookCourier.round(sender, IdentityDesk.box.open, connection) == 2)
        let body = #"{"topic":"ping","data":{}}"#
        let signature = WebhookSignature.value(Array(hook.secret.utf8), time: "1795237200", body: Array(body.utf8))
        #expect(seen.withLock { $0 } == ["1795237200 \(signature) \(body)"])
        let states = try connection.query("select state || ' ' || last_status from webhook_deliveries order by id")
        #expect(states.map { $0.text(0) } == ["delivered 202", "pending 307"])
    }

    @Test func `a name is looked up by the system's resolver; one that there is none of is a failure in words`() throws
    {
        #expect(try HostLookup.addresses("127.0.0.1") == [IPAddress("127.0.0.1")].compactMap(\.self))
        #expect(try HostLookup.addresses("localhost").allSatisfy { !OutsideAddress.isOutside($0) })
        let failure = #expect(throws: Post.Failure.self) { try HostLookup.addresses("there-is-none.invalid") }
        #expect(failure?.description.hasPrefix("no address") == true)
    }
}
