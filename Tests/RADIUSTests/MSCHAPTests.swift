import PluginAPI
import Testing

@testable import RADIUS

@Suite struct MSCHAPTests {
    // RFC 2759 9.2
    let userName = Array("User".utf8)
    let authenticatorChallenge = block("5B5D7C7D7B3F2F3E3C2C602132262628")
    let peerChallenge = block("21402324255E262A28295F2B3A337C7E")
    let ntHash = block("44EBBA8D5312B8D611474411F56989AE")
    let ntResponse = hex("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF")
    // RFC 3079 3.5
    let masterKey = block("FDECE3717A8C838CB388E527AE3CDD31")
    let sendStartKey = block("8B7CDC149B993A1BA118CB153F56DCCB")

    var challengeHash: UInt64 {
        userName.withUnsafeBytes {
            MSCHAPv2.challengeHash(peer: peerChallenge, authenticator: authenticatorChallenge, userName: $0)
        }
    }

    @Test func `challenge, hash and response are RFC 2759 9.2's`() {
        #expect(withUnsafeBytes(of: challengeHash) { Array($0) } == hex("D02E4386BCE91226"))
        #expect(NTHash.of(Array("clientPass".utf8)) == ntHash)
        #expect(MSCHAP.hashOfHash(ntHash) == block("41C00C584BD2D91C4017A2A12FA59F3F"))
        #expect(MSCHAP.Response(challenge: challengeHash, ntHash: ntHash).bytes == ntResponse)
    }

    @Test func `the server's proof is RFC 2759 9.2's`() {
        let proof = MSCHAPv2Proof(
            identifier: 1, ntHash: ntHash, response: ntResponse.withUnsafeBytes { MSCHAP.Response($0) },
            challengeHash: challengeHash)
        #expect(proof.message == "S=407A5589115FD0D6209F510FE9C04566932CDA56")
        #expect(proof.masterKey == masterKey)
    }

    @Test func `the hash of the password MyPw is RFC 2759 9.3's`() {
        #expect(NTHash.of(Array("MyPw".utf8)) == block("FC156AF7EDCD6C0EDDE3337D427F4EAC"))
    }

    static let lengths: [(Int, String, String)] = [
        (8, "8B7CDC149B993A1B", "D1269EC49FA62E3E"),
        (8, "8B7CDC149B993A1B", "D15C00C49FA62E3E"),
        (16, "8B7CDC149B993A1BA118CB153F56DCCB", "405CB2247A7956E6E211007AE27B22D4"),
    ]

    @Test(arguments: lengths)
    func `start and session keys are RFC 3079 3.5's, of 40, 56 and 128 bits`(
        length: Int, start: String, session: String
    ) {
        let key = Array(MPPE.startKey(masterKey: masterKey, serverSends: true).bytes.prefix(length))
        #expect(key == hex(start))
        // The NAS goes on from here (GetNewKeyFromSHA); done to see that it meets the RFC's figures.
        var sha = SHA1()
        key.withUnsafeBytes { sha.update($0) }
        sha.update(0, count: 40)
        key.withUnsafeBytes { sha.update($0) }
        sha.update(0xF2, count: 40)
        var made = Array(sha.digest().bytes.prefix(length))
        let weakened = hex(session)
        if length == 8 {
            let salt = weakened[1] == 0x26 ? [0xD1, 0x26, 0x9E] : [0xD1]
            made.replaceSubrange(0..<salt.count, with: salt.map { UInt8($0) })
        }
        #expect(made == weakened)
    }

    @Test func `the sending key of one side is the receiving key of the other (RFC 3079 3.4)`() {
        #expect(MPPE.startKey(masterKey: masterKey, serverSends: true) == sendStartKey)
        #expect(MPPE.startKey(masterKey: masterKey, serverSends: false) != sendStartKey)
    }

    @Test func `MS-CHAPv1's key is the hash of the hash (RFC 3079 2.5.3)`() {
        #expect(MSCHAPv1Proof(ntHash: ntHash).hashOfHash == block("41C00C584BD2D91C4017A2A12FA59F3F"))
    }

    /// The reply to an MS-CHAP login, and what its client expects.
    private func login(
        _ method: PasswordMethod, typed: String = "clientPass", encryption: MPPEPolicy? = MPPEPolicy()
    ) throws -> (reply: [UInt8], expected: String?, authenticator: Bytes16, secret: SharedSecret) {
        let secret = SharedSecret("s")
        var request = RequestWriter(.accessRequest)
        let expected = request.appendLogin(user: "User", password: typed, method: method, secret: secret)
        let packet = try request.packet(secret: secret)
        let verdict = try withView(packet) {
            PasswordCheck.verdict($0, secret: secret, credential: .cleartext(Array("clientPass".utf8)))
        }
        let bytes = try reply(2, to: packet, secret: secret) { writer in
            switch verdict {
            case .accepted(let proof): try proof.append(to: &writer, secret: secret, encryption: encryption)
            case .wrong(let refusal): try refusal.append(to: &writer)
            default: Issue.record("\(verdict)")
            }
        }
        return (bytes, expected, request.authenticator, secret)
    }

    private func value(_ reply: [UInt8], _ number: UInt8) throws -> [UInt8]? {
        try withView(reply) { $0.first(AttributeKey(UInt32(number), vendor: 311)).map { Array($0) } }
    }

    @Test func `an MS-CHAPv2 Accept carries success, both keys under different salts, policy and types (RFC 2548)`()
        throws
    {
        let (reply, expected, authenticator, secret) = try login(.msCHAPv2)
        let success = try #require(try value(reply, 26))
        #expect(success.count == 43)
        #expect(String(decoding: success[1...], as: UTF8.self) == expected)
        let keys = try [UInt8(16), 17].map { number in
            let hidden = try #require(try value(reply, number))
            #expect(hidden.count == 34)
            #expect(hidden[0] & 0x80 == 0x80)
            let clear = hidden.withUnsafeBytes {
                HiddenValue.revealSalted($0, secret: secret, authenticator: authenticator)
            }
            #expect(clear?.count == 16)
            return (Array(hidden[..<2]), clear)
        }
        #expect(keys[0].0 != keys[1].0)
        #expect(keys[0].1 != keys[1].1)
        #expect(try value(reply, 7) == [0, 0, 0, 1])
        #expect(try value(reply, 8) == [0, 0, 0, 6])
    }

    @Test func `keys are left out when the link may not be encrypted`() throws {
        let (reply, _, _, _) = try login(.msCHAPv2, encryption: nil)
        #expect(try value(reply, 26) != nil)
        for number in [UInt8(7), 8, 16, 17] { #expect(try value(reply, number) == nil) }
    }

    @Test func `an MS-CHAPv1 Accept carries the hash of the hash, hidden (RFC 2548 2.4.1)`() throws {
        let (reply, _, authenticator, secret) = try login(.msCHAPv1)
        let hidden = try #require(try value(reply, 12))
        #expect(hidden.count == 32)
        let clear = hidden.withUnsafeBytes { HiddenValue.reveal($0, secret: secret, authenticator: authenticator) }
        #expect(clear == [UInt8](repeating: 0, count: 8) + hex("41C00C584BD2D91C4017A2A12FA59F3F"))
    }

    @Test func `a wrong password is refused with E=691, and version 2 tells challenge and version (RFC 2759 6)`() throws
    {
        let second = try #require(try value(try login(.msCHAPv2, typed: "wrong").reply, 2))
        let text = String(decoding: second[1...], as: UTF8.self)
        #expect(text.hasPrefix("E=691 R=0 C="))
        #expect(text.hasSuffix(" V=3"))
        #expect(text.utf8.count == 12 + 32 + 4)
        let first = try #require(try value(try login(.msCHAPv1, typed: "wrong").reply, 2))
        #expect(String(decoding: first[1...], as: UTF8.self) == "E=691 R=0")
    }

    @Test func `a later check refuses with its own number, under the response's identifier (RFC 2759 6)`() throws {
        var request = RequestWriter(.accessRequest)
        request.appendLogin(user: "User", password: "x", method: .msCHAPv2, secret: SharedSecret("s"))
        let packet = try request.packet(secret: SharedSecret("s"))
        try withView(packet) { view in
            let error = try #require(MSCHAPError(refusing: view, code: .accountDisabled))
            #expect(error.message.hasPrefix("E=647 R=0 C="))
            #expect(error.identifier == view.first(.msCHAP2Response)?.first)
        }
        let plain = try RequestWriter(.accessRequest).packet(secret: SharedSecret("s"))
        try withView(plain) { #expect(MSCHAPError(refusing: $0, code: .accountDisabled) == nil) }
    }

    static let names: [(String, String?)] = [
        ("kim", nil), ("kim@example.net", nil), ("EXAMPLE\\kim", nil), ("kim", "kim@example.net"),
        ("kim", "EXAMPLE\\kim"),
    ]

    @Test(arguments: names)
    func `MS-CHAPv2 is accepted whether or not the NAS changes domain or realm of the name (RFC 2759 4)`(
        user: String, renamed: String?
    ) throws {
        let made = try verdict(
            user: user, typed: "pw", method: .msCHAPv2, credential: .cleartext(Array("pw".utf8)), renamed: renamed)
        #expect(made.isAccepted)
    }
}
