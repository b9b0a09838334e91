import PluginAPI
import Testing

@testable import RADIUS

@Suite struct PacketVerifierTests {
    @Test(arguments: Exchange.all)
    func `every request of the vectors verifies under its secret and under no other`(exchange: Exchange) throws {
        #expect(
            dropReason(exchange.request) { view throws(DropReason) in
                _ = try view.verify(with: exchange.secret, policy: .off)
            } == nil)
        let hasProof = exchange.request[0] != 1
        let reason = dropReason(exchange.request) { view throws(DropReason) in
            _ = try view.verify(with: SharedSecret("another"), policy: .off)
        }
        #expect((reason != nil) == hasProof)
    }

    @Test(arguments: Exchange.all)
    func `every reply of the vectors verifies, and with any bit changed does not (RFC 2865 3)`(
        exchange: Exchange
    ) throws {
        let authenticator = Bytes16(exchange.request[4..<20])!
        let verify = { (bytes: [UInt8]) in
            dropReason(bytes) { view throws(DropReason) in
                try view.verifyReply(to: authenticator, with: exchange.secret)
            }
        }
        #expect(verify(exchange.reply) == nil)
        for index in exchange.reply.indices {
            var changed = exchange.reply
            changed[index] ^= 1 << UInt8(index % 8)
            #expect(verify(changed) != nil)
        }
    }

    @Test func `any bit changed in a signed request is noticed (RFC 3579 3.2, RFC 2866 3)`() throws {
        let secret = SharedSecret("s")
        for code in [PacketCode.accessRequest, .accountingRequest, .statusServer, .coaRequest, .disconnectRequest] {
            var request = RequestWriter(code)
            request.append(1, "kim")
            let packet = try request.packet(secret: secret)
            for bit in 0..<(packet.count * 8) where bit >= 8 {
                var changed = packet
                changed[bit / 8] ^= 1 << UInt8(bit % 8)
                // A change that turns Message-Authenticator into another attribute leaves an unsigned request, which is
                // what `require` is for.
                #expect(
                    dropReason(changed) { view throws(DropReason) in
                        _ = try view.verify(with: secret, policy: .require)
                    } != nil)
            }
        }
    }

    struct PolicyRow: Sendable, CustomTestStringConvertible {
        var policy: MessageAuthenticatorPolicy
        var signed = false
        var eap = false
        var proxied = false
        var limits = false
        var reason: DropReason?
        var latches = false
        var testDescription: String { "\(policy) signed \(signed) eap \(eap) proxied \(proxied)" }
    }

    static let policies: [PolicyRow] = [
        PolicyRow(policy: .require, reason: .missingMessageAuthenticator),
        PolicyRow(policy: .require, signed: true, latches: true),
        PolicyRow(policy: .auto(latched: false)),
        PolicyRow(policy: .auto(latched: false), signed: true, latches: true),
        PolicyRow(policy: .auto(latched: true), reason: .latchedMessageAuthenticator),
        PolicyRow(policy: .auto(latched: true), signed: true, latches: true),
        PolicyRow(policy: .off),
        PolicyRow(policy: .off, eap: true, reason: .missingMessageAuthenticator),
        PolicyRow(policy: .auto(latched: false), signed: true, eap: true, latches: false),
        PolicyRow(policy: .off, proxied: true),
        PolicyRow(policy: .off, proxied: true, limits: true, reason: .unsignedProxyState),
        PolicyRow(policy: .off, signed: true, proxied: true, limits: true, latches: true),
    ]

    @Test(arguments: policies)
    func `Message-Authenticator is asked of an Access-Request as the policy says (RFC 3579 3.2)`(
        row: PolicyRow
    ) throws {
        let secret = SharedSecret("s")
        var request = RequestWriter(.accessRequest)
        request.append(1, "kim")
        if row.eap { request.append(79, [2, 0, 0, 5, 1]) }
        if row.proxied { request.append(33, [7]) }
        var verification: Verification?
        let reason = dropReason(try request.packet(secret: secret, signsMessage: row.signed)) {
            view throws(DropReason) in
            verification = try view.verify(with: secret, policy: row.policy, limitsProxyState: row.limits)
        }
        #expect(reason == row.reason)
        if row.reason == nil {
            #expect(verification?.latches == row.latches)
            #expect(verification?.provesSecret == row.signed)
        }
    }

    @Test func `an Access-Request with a wrong Message-Authenticator is dropped whatever the policy (RFC 3579 3.2)`()
        throws
    {
        let packet = try RequestWriter(.accessRequest).packet(secret: SharedSecret("theirs"))
        for policy in [MessageAuthenticatorPolicy.require, .auto(latched: false), .off] {
            #expect(
                dropReason(packet) { view throws(DropReason) in
                    _ = try view.verify(with: SharedSecret("ours"), policy: policy)
                } == .wrongMessageAuthenticator)
        }
    }

    @Test func `a Status-Server without Message-Authenticator is dropped (RFC 5997 3)`() throws {
        let packet = try RequestWriter(.statusServer).packet(secret: SharedSecret("s"), signsMessage: false)
        #expect(
            dropReason(packet) { view throws(DropReason) in
                _ = try view.verify(with: SharedSecret("s"), policy: .off)
            } == .missingMessageAuthenticator)
    }

    @Test func `a reply is no request, and each port takes its own codes only`() throws {
        for exchange in Exchange.all {
            #expect(
                dropReason(exchange.reply) { view throws(DropReason) in
                    _ = try view.verify(with: exchange.secret, policy: .off)
                } == .unexpectedCode)
        }
        #expect(PortRole.authentication.takes(.accessRequest) && !PortRole.authentication.takes(.accountingRequest))
        #expect(PortRole.accounting.takes(.accountingRequest) && !PortRole.accounting.takes(.accessRequest))
        #expect(PortRole.authentication.takes(.statusServer) && PortRole.accounting.takes(.statusServer))
        #expect(PortRole.dynamicAuthorization.takes(.coaRequest))
    }

    @Test func `HMAC-MD5 with kept pads is RFC 2202's, a key longer than a block included`() {
        let rows: [([UInt8], [UInt8], String)] = [
            (Array(repeating: 0x0B, count: 16), Array("Hi There".utf8), "9294727a3638bb1c13f48ef8158bfc9d"),
            (Array("Jefe".utf8), Array("what do ya want for nothing?".utf8), "750c783e6ab0b503eaa86e310a5db738"),
            (
                Array(repeating: 0xAA, count: 80),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8), "6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd"
            ),
        ]
        for (key, data, digest) in rows {
            #expect(SharedSecret(key).hmac { md5 in data.withUnsafeBytes { md5.update($0) } } == block(digest))
        }
    }
}
