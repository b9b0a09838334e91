import PluginAPI
import Testing

@testable import RADIUS

@Suite struct ReplyWriterTests {
    @Test(arguments: Exchange.all)
    func `the reply of every vector comes out to the byte`(exchange: Exchange) throws {
        let body = Array(exchange.reply[20...])
        let proxied = try withView(exchange.request) { $0.hasProxyState }
        let made = try reply(
            exchange.reply[0], to: exchange.request, secret: exchange.secret, signsMessage: false
        ) { writer in
            if !proxied { try writer.append(attributes: body) }
        }
        #expect(made == exchange.reply)
    }

    @Test(arguments: [2, 3, 11] as [UInt8])
    func `Message-Authenticator stands first in every reply to an Access-Request (CVE-2024-3596)`(
        code: UInt8
    ) throws {
        let secret = SharedSecret("s")
        let request = try RequestWriter(.accessRequest, identifier: 9).packet(secret: secret, signsMessage: false)
        let made = try reply(code, to: request, secret: secret) { try $0.append(18, text: "hello") }
        #expect(made[20] == 80)
        #expect(
            dropReason(made) { view throws(DropReason) in
                try view.verifyReply(to: Bytes16(request[4..<20])!, with: secret)
            } == nil)
    }

    @Test func `Proxy-State is echoed unmodified and in order in every reply (RFC 2865 5.33)`() throws {
        let secret = SharedSecret("s")
        for code in [PacketCode.accessRequest, .accountingRequest] {
            var request = RequestWriter(code)
            let states = [[1, 2, 3], [], [UInt8](repeating: 7, count: 253)]
            for state in states {
                request.append(33, state)
                request.append(1, "between")
            }
            let packet = try request.packet(secret: secret)
            let made = try reply(code == .accessRequest ? 3 : 5, to: packet, secret: secret)
            try withView(made) { view in
                #expect(view.attributes.filter { $0.number == 33 }.map { Array($0.value) } == states)
            }
        }
    }

    @Test func `a reply never grows past 4096 bytes (RFC 2865 3)`() throws {
        let secret = SharedSecret("s")
        let request = try RequestWriter(.accessRequest).packet(secret: secret)
        var refused = false
        let made = try reply(2, to: request, secret: secret) { writer in
            for _ in 0..<17 {
                do { try writer.append(25, [UInt8](repeating: 1, count: 253)) } catch { refused = true }
            }
        }
        #expect(refused)
        #expect(made.count <= 4096)
        #expect(dropReason(made) == nil)
    }

    @Test func `a request full of Proxy-State that leaves no room for a reply is dropped`() throws {
        var request = RequestWriter(.accessRequest)
        for _ in 0..<15 { request.append(33, [UInt8](repeating: 7, count: 253)) }
        request.append(33, [UInt8](repeating: 7, count: 249))
        let packet = try request.packet(secret: SharedSecret("s"), signsMessage: false)
        #expect(packet.count == 4096)
        #expect(throws: DropReason.replyTooLong) { try reply(3, to: packet, secret: SharedSecret("s")) }
    }

    @Test func `a long Reply-Message is split between characters (RFC 2865 5.18)`() throws {
        let secret = SharedSecret("s")
        let text = String(repeating: "a", count: 252) + "\u{20AC}" + String(repeating: "b", count: 300)
        let request = try RequestWriter(.accessRequest).packet(secret: secret)
        let made = try reply(3, to: request, secret: secret) { try $0.append(18, text: text) }
        try withView(made) { view in
            let parts = view.attributes.filter { $0.number == 18 }.map { String(validating: $0.value, as: UTF8.self) }
            #expect(parts.count == 3)
            #expect(parts.compactMap { $0 }.joined() == text)
        }
    }
}
