extension PasswordCheck {
    /// CHAP: MD5 of identifier, password and challenge (RFC 1994 section 4.1). The challenge is CHAP-Challenge, or the
    /// Request Authenticator when there is none (RFC 2865 section 5.3).
    func chap() -> PasswordVerdict {
        guard case .cleartext(let password, _) = credential else {
            return .cannotServe(.credential(kind: credential.kind, method: .chap))
        }
        guard let response = request.first(AttributeNumber.chapPassword), response.count == 17 else {
            return .malformed(.chapPasswordLength)
        }
        let given = Bytes16(UnsafeRawBufferPointer(rebasing: response[1...]))
        let challenge = request.first(AttributeNumber.chapChallenge)
        if let challenge, challenge.isEmpty { return .malformed(.chapChallengeLength) }
        let expected = CHAP.response(
            identifier: response[0], password: password,
            challenge: challenge ?? UnsafeRawBufferPointer(rebasing: request.bytes[4..<20]))
        return expected.matches(given) ? .accepted(.none) : .wrong(.plain)
    }
}

/// CHAP's arithmetic (RFC 1994 section 4.1).
package enum CHAP {
    package static func response(
        identifier: UInt8, password: UnsafeRawBufferPointer, challenge: UnsafeRawBufferPointer
    ) -> Bytes16 {
        var md5 = MD5()
        md5.update(identifier)
        md5.update(password)
        md5.update(challenge)
        return md5.digest()
    }

    package static func response(
        identifier: UInt8, password: [UInt8], challenge: UnsafeRawBufferPointer
    ) -> Bytes16 {
        password.withUnsafeBytes { response(identifier: identifier, password: $0, challenge: challenge) }
    }
}
