extension PasswordCheck {
    /// MS-CHAPv2 (RFC 2759, RFC 2548 section 2.3): both sides' challenges and the user's name, under the NT hash.
    func msCHAPv2() -> PasswordVerdict {
        guard let response = request.first(.msCHAP2Response), response.count == 50 else {
            return .malformed(.msCHAPResponseLength)
        }
        guard let challenge = request.first(.msCHAPChallenge), challenge.count == 16 else {
            return .malformed(.msCHAPChallenge)
        }
        let identifier = response[0]
        // Made only when it is needed: its challenge is random.
        func refusal() -> PasswordVerdict { .wrong(.msCHAP(MSCHAPError(identifier: identifier, version: 2))) }
        guard let ntHash, let sentName = request.first(AttributeNumber.userName) else { return refusal() }
        let peerChallenge = Bytes16(UnsafeRawBufferPointer(rebasing: response[2..<18]))
        let given = MSCHAP.Response(UnsafeRawBufferPointer(rebasing: response[26...]))
        for name in MSCHAPv2.names(of: sentName) {
            let hash = MSCHAPv2.challengeHash(
                peer: peerChallenge, authenticator: Bytes16(challenge), userName: name)
            guard MSCHAP.Response(challenge: hash, ntHash: ntHash).matches(given) else { continue }
            return .accepted(
                .msCHAPv2(
                    MSCHAPv2Proof(identifier: identifier, ntHash: ntHash, response: given, challengeHash: hash)))
        }
        return refusal()
    }
}

/// MS-CHAPv2's arithmetic.
package enum MSCHAPv2 {
    /// The names under which the peer may have answered, likeliest first. It leaves a Windows domain out
    /// (RFC 2759 section 4), but some don't; and a NAS may have put a realm behind the name after the peer answered.
    static func names(of sent: UnsafeRawBufferPointer) -> NameSequence { NameSequence(sent) }

    /// Up to three names, without an array for them.
    struct NameSequence: Sequence, IteratorProtocol {
        private let sent: UnsafeRawBufferPointer
        private let domain: Int?
        private let realm: Int?
        private var step = 0

        init(_ sent: UnsafeRawBufferPointer) {
            self.sent = sent
            domain = sent.firstIndex(of: UInt8(ascii: "\\"))
            realm = sent.lastIndex(of: UInt8(ascii: "@"))
        }

        mutating func next() -> UnsafeRawBufferPointer? {
            defer { step += 1 }
            switch step {
            case 0: return UnsafeRawBufferPointer(rebasing: sent[((domain ?? -1) + 1)...])
            case 1 where domain != nil: return sent
            case 1 where realm != nil: return UnsafeRawBufferPointer(rebasing: sent[..<realm!])
            default: return nil
            }
        }
    }

    /// The first eight bytes of SHA-1 over both challenges and the name (RFC 2759 section 8.2), as in memory.
    package static func challengeHash(
        peer: Bytes16, authenticator: Bytes16, userName: UnsafeRawBufferPointer
    ) -> UInt64 {
        var sha = SHA1()
        sha.update(peer)
        sha.update(authenticator)
        sha.update(userName)
        return sha.digest().withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }

    /// The server's proof that it knows the password too (RFC 2759 section 8.7), 20 bytes.
    static func authenticatorResponse(
        hashOfHash: Bytes16, response: MSCHAP.Response, challengeHash: UInt64
    ) -> SHA1.Digest {
        var first = SHA1()
        first.update(hashOfHash)
        response.withUnsafeBytes { first.update($0) }
        first.update("Magic server to client signing constant")
        let digest = first.digest()
        var second = SHA1()
        digest.withUnsafeBytes { second.update($0) }
        Swift.withUnsafeBytes(of: challengeHash) { second.update($0) }
        second.update("Pad to make it do more than one iteration")
        return second.digest()
    }
}

/// What an Access-Accept carries after MS-CHAPv2: the server's proof and the link's keys.
package struct MSCHAPv2Proof: Sendable, Hashable {
    let identifier: UInt8
    let authenticatorResponse: SHA1.Digest
    let masterKey: Bytes16

    init(identifier: UInt8, ntHash: Bytes16, response: MSCHAP.Response, challengeHash: UInt64) {
        let hashOfHash = MSCHAP.hashOfHash(ntHash)
        self.identifier = identifier
        authenticatorResponse = MSCHAPv2.authenticatorResponse(
            hashOfHash: hashOfHash, response: response, challengeHash: challengeHash)
        masterKey = MPPE.masterKey(hashOfHash: hashOfHash, response: response)
    }

    /// `S=` and forty upper case digits (RFC 2759 section 5).
    package var message: String { "S=" + Hex.text(authenticatorResponse.bytes) }

    /// MS-CHAP2-Success (RFC 2548 section 2.3.3), then the keys.
    func append(
        to reply: inout ReplyWriter, secret: SharedSecret, encryption: MPPEPolicy?
    ) throws(DropReason) {
        try withUnsafeTemporaryAllocation(byteCount: 43, alignment: 1) { (value) throws(DropReason) in
            value[0] = identifier
            value[1] = UInt8(ascii: "S")
            value[2] = UInt8(ascii: "=")
            authenticatorResponse.withUnsafeBytes { digest in
                for (index, byte) in digest.enumerated() {
                    value[3 + 2 * index] = Hex.digit(byte >> 4)
                    value[4 + 2 * index] = Hex.digit(byte & 15)
                }
            }
            try reply.append(vendor: Microsoft.vendor, Microsoft.chap2Success, UnsafeRawBufferPointer(value))
        }
        guard let encryption else { return }
        // The NAS is the server of the link: it sends with the server's sending key (RFC 2548 section 2.4.2).
        let salt = UInt16(truncatingIfNeeded: Random.word())
        try MPPE.append(
            MPPE.startKey(masterKey: masterKey, serverSends: true), as: Microsoft.mppeSendKey, salt: salt,
            secret: secret, to: &reply)
        try MPPE.append(
            MPPE.startKey(masterKey: masterKey, serverSends: false), as: Microsoft.mppeRecvKey, salt: salt &+ 1,
            secret: secret, to: &reply)
        try encryption.append(to: &reply)
    }
}
