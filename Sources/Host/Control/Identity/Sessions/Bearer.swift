import Store

/// What a browser or a program shows to be known: 32 random bytes in letters. The database has its SHA-256 only.
package enum Bearer {
    package static let tokenPrefix = "tk_"
    /// Letters shown of a token, so that its owner knows it again.
    static let shown = 10
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Of a session: never one that would be taken for an API token.
    static func session() -> String {
        var text = random()
        while text.hasPrefix(tokenPrefix) { text = random() }
        return text
    }

    /// 43 letters (base64url, RFC 4648 section 5).
    static func random() -> String {
        let bytes = Digest.random(32)
        var (bits, count): (UInt32, Int) = (0, 0)
        var text: [UInt8] = []
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> UInt32(count) & 63)])
            }
        }
        text.append(alphabet[Int(bits << UInt32(6 - count) & 63)])
        return String(decoding: text, as: UTF8.self)
    }

    /// As it is found by. Texts that can be none of ours are not hashed.
    package static func hash(_ bearer: String) -> [UInt8]? {
        guard (40...60).contains(bearer.utf8.count) else { return nil }
        return Digest.sha256(Array(bearer.utf8))
    }
}
