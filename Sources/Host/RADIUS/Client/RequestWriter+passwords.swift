extension RequestWriter {
    /// Appends User-Name and the password by the method asked, as a NAS does for the peer. What MS-CHAPv2's server must
    /// answer (`S=…`) is returned for that method; `.none` appends the name only.
    @discardableResult
    package mutating func appendLogin(
        user: String, password: String, method: PasswordMethod, secret: SharedSecret
    ) -> String? {
        append(AttributeNumber.userName, user)
        switch method {
        case .pap:
            let clear = Array(password.utf8.prefix(128))
            append(
                AttributeNumber.userPassword,
                HiddenValue.hide(clear, secret: secret, authenticator: authenticator))
        case .chap: appendCHAP(password: Array(password.utf8))
        case .msCHAPv1: appendMSCHAPv1(password: Array(password.utf8))
        case .msCHAPv2: return appendMSCHAPv2(user: user, password: Array(password.utf8))
        case .none: break
        }
        return nil
    }

    private mutating func appendCHAP(password: [UInt8]) {
        let challenge = Random.bytes(16)
        let identifier = Random.byte()
        let response = challenge.withUnsafeBytes {
            CHAP.response(identifier: identifier, password: password, challenge: $0)
        }
        append(AttributeNumber.chapPassword, [identifier] + response.bytes)
        append(AttributeNumber.chapChallenge, challenge)
    }

    private mutating func appendMSCHAPv1(password: [UInt8]) {
        let challenge = Random.word()
        let response = MSCHAP.Response(challenge: challenge, ntHash: NTHash.of(password) ?? Bytes16())
        append(
            vendor: Microsoft.vendor, Microsoft.chapChallenge, withUnsafeBytes(of: challenge) { Array($0) })
        append(
            vendor: Microsoft.vendor, Microsoft.chapResponse,
            [Random.byte(), 1] + [UInt8](repeating: 0, count: 24) + response.bytes)
    }

    private mutating func appendMSCHAPv2(user: String, password: [UInt8]) -> String {
        let challenge = Bytes16.random()
        let peer = Bytes16.random()
        let name = Array(user.utf8)
        let hash = name.withUnsafeBytes { sent in
            let bare = MSCHAPv2.names(of: sent).first { _ in true } ?? sent
            return MSCHAPv2.challengeHash(peer: peer, authenticator: challenge, userName: bare)
        }
        let ntHash = NTHash.of(password) ?? Bytes16()
        let response = MSCHAP.Response(challenge: hash, ntHash: ntHash)
        let identifier = Random.byte()
        append(vendor: Microsoft.vendor, Microsoft.chapChallenge, challenge.bytes)
        append(
            vendor: Microsoft.vendor, Microsoft.chap2Response,
            [identifier, 0] + peer.bytes + [UInt8](repeating: 0, count: 8) + response.bytes)
        return MSCHAPv2Proof(identifier: identifier, ntHash: ntHash, response: response, challengeHash: hash).message
    }
}
