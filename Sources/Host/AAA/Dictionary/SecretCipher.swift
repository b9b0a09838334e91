package import Dictionary
package import RADIUS

/// Hides and shows the dictionary's encrypted values with a NAS's secret and the request's authenticator.
package struct SecretCipher: AttributeCipher {
    private let secret: SharedSecret
    private let authenticator: Bytes16

    package init(secret: SharedSecret, authenticator: Bytes16) {
        self.secret = secret
        self.authenticator = authenticator
    }

    package func encrypt(_ plain: [UInt8], method: Encryption) -> [UInt8]? {
        switch method {
        case .none: return plain
        case .userPassword:
            return plain.count <= 128
                ? HiddenValue.hide(plain, secret: secret, authenticator: authenticator) : nil
        case .tunnelPassword:
            // Salts must differ within a packet (RFC 2868 section 3.5): 15 random bits for its few hidden values.
            let salt = UInt16(truncatingIfNeeded: Random.word())
            return plain.count <= 239
                ? HiddenValue.hideSalted(plain, salt: salt, secret: secret, authenticator: authenticator) : nil
        case .ascendSecret:
            return plain.count <= 16
                ? HiddenValue.ascend(plain, secret: secret, authenticator: authenticator) : nil
        }
    }

    package func decrypt(_ sealed: [UInt8], method: Encryption) -> [UInt8]? {
        switch method {
        case .none: return sealed
        case .userPassword:
            return sealed.withUnsafeBytes { HiddenValue.reveal($0, secret: secret, authenticator: authenticator) }
        case .tunnelPassword:
            return sealed.withUnsafeBytes { HiddenValue.revealSalted($0, secret: secret, authenticator: authenticator) }
        case .ascendSecret:
            guard sealed.count == 16 else { return nil }
            let padded = HiddenValue.ascend(sealed, secret: secret, authenticator: authenticator)
            return Array(padded[..<(padded.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0)])
        }
    }
}
