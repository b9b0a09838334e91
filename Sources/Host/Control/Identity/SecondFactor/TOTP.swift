import Store

/// One-time codes by time (RFC 6238): SHA-1, 30 seconds, six digits, which is what all authenticator apps know.
package enum TOTP {
    package static let secondsPerStep: Int64 = 30
    package static let digits = 6
    /// Steps before and after the current one whose codes are taken (RFC 6238 section 5.2).
    private static let tolerance: Int64 = 1

    /// The code of a counter (RFC 4226 section 5.3).
    package static func code(_ secret: [UInt8], counter: UInt64, digits: Int = digits) -> String {
        let message = (0..<8).map { UInt8(truncatingIfNeeded: counter >> UInt64(56 - 8 * $0)) }
        let mac = Digest.hmacSHA1(secret, message)
        let offset = Int(mac[19] & 15)
        let word = mac[offset..<(offset + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let modulus = (0..<digits).reduce(UInt32(1)) { product, _ in product * 10 }
        let text = String(word % modulus)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }

    /// The step that a code belongs to, when it is one of those taken now and later than `last`; nil when it is wrong
    /// or was taken before.
    package static func step(of code: String, _ secret: [UInt8], unixSeconds: Int64, after last: Int64?) -> Int64? {
        let typed = Array(code.utf8.filter { $0 != 32 })
        let current = unixSeconds / secondsPerStep
        var found: Int64?
        // All are looked at, so that the time it takes tells nothing.
        for step in (current - tolerance)...(current + tolerance) where step >= 0 {
            let expected = Array(TOTP.code(secret, counter: UInt64(step)).utf8)
            if Digest.isEqual(typed, expected), step > last ?? -1 { found = found ?? step }
        }
        return found
    }

    /// What an app takes as a QR code (the Key URI format of Google Authenticator).
    package static func uri(_ secret: [UInt8], account: String, issuer: String) -> String {
        "otpauth://totp/\(escaped(issuer)):\(escaped(account))?secret=\(Base32.text(secret))"
            + "&issuer=\(escaped(issuer))&algorithm=SHA1&digits=\(digits)&period=\(secondsPerStep)"
    }

    private static func escaped(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        let bytes = text.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: [byte]
            default: [37, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
