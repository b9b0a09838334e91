/// Hides and shows values with what a NAS and the server share. The dictionary has no cryptography of its own: whoever
/// knows the secret gives one.
package protocol AttributeCipher {
    /// The value as it goes on the wire; for `tunnelPassword` with its two salt bytes in front.
    /// nil when the value does not fit the method.
    func encrypt(_ plain: [UInt8], method: Encryption) -> [UInt8]?
    /// The plain value; nil when the bytes can't be of that method.
    func decrypt(_ sealed: [UInt8], method: Encryption) -> [UInt8]?
}

/// The three methods in use, over MD5 and a source of salts that the caller brings.
package struct SharedSecretCipher: AttributeCipher {
    private let secret: [UInt8]
    private let authenticator: [UInt8]
    private let md5: ([UInt8]) -> [UInt8]
    private let salt: () -> UInt16

    /// `authenticator`: the 16 bytes of the request's. `salt`: another each time within a packet.
    package init(
        secret: [UInt8], authenticator: [UInt8], salt: @escaping () -> UInt16, md5: @escaping ([UInt8]) -> [UInt8]
    ) {
        self.secret = secret
        self.authenticator = authenticator
        self.salt = salt
        self.md5 = md5
    }

    package func encrypt(_ plain: [UInt8], method: Encryption) -> [UInt8]? {
        switch method {
        case .none: return plain
        case .userPassword: return plain.count <= 128 ? hide(padded(plain, least: 16), start: authenticator) : nil
        case .tunnelPassword:
            // The top bit of a salt is set (RFC 2868 section 3.5); length, value, padding follow it.
            guard plain.count <= 239 else { return nil }
            let number = salt() | 0x8000
            let salt = [UInt8(number >> 8), UInt8(truncatingIfNeeded: number)]
            return salt + hide(padded([UInt8(plain.count)] + plain, least: 16), start: authenticator + salt)
        case .ascendSecret: return plain.count <= 16 ? mask(padded(plain, least: 16)) : nil
        }
    }

    package func decrypt(_ sealed: [UInt8], method: Encryption) -> [UInt8]? {
        switch method {
        case .none: return sealed
        case .userPassword:
            guard !sealed.isEmpty, sealed.count % 16 == 0, sealed.count <= 128 else { return nil }
            return withoutZeros(show(sealed, start: authenticator))
        case .tunnelPassword:
            guard sealed.count >= 18, (sealed.count - 2) % 16 == 0 else { return nil }
            let plain = show(Array(sealed[2...]), start: authenticator + sealed[..<2])
            let length = Int(plain[0])
            return length < plain.count ? Array(plain[1..<1 + length]) : nil
        case .ascendSecret: return sealed.count == 16 ? withoutZeros(mask(sealed)) : nil
        }
    }

    private func padded(_ bytes: [UInt8], least: Int) -> [UInt8] {
        let size = max(least, (bytes.count + 15) / 16 * 16)
        return bytes + Array(repeating: 0, count: size - bytes.count)
    }

    private func withoutZeros(_ bytes: [UInt8]) -> [UInt8] {
        let end = bytes.lastIndex { $0 != 0 }.map { $0 + 1 } ?? 0
        return Array(bytes[..<end])
    }

    /// Blocks of 16, each over the digest of the secret and the block before it (RFC 2865 section 5.2).
    private func hide(_ plain: [UInt8], start: [UInt8]) -> [UInt8] {
        var sealed: [UInt8] = []
        var before = start
        for block in stride(from: 0, to: plain.count, by: 16) {
            before = zip(plain[block..<block + 16], md5(secret + before)).map { $0 ^ $1 }
            sealed += before
        }
        return sealed
    }

    private func show(_ sealed: [UInt8], start: [UInt8]) -> [UInt8] {
        var plain: [UInt8] = []
        var before = start
        for block in stride(from: 0, to: sealed.count, by: 16) {
            let part = Array(sealed[block..<block + 16])
            plain += zip(part, md5(secret + before)).map { $0 ^ $1 }
            before = part
        }
        return plain
    }

    private func mask(_ bytes: [UInt8]) -> [UInt8] {
        zip(bytes, md5(authenticator + secret)).map { $0 ^ $1 }
    }
}
