import CCrypto

extension Digest {
    /// 20 bytes (RFC 3174).
    package static func sha1(_ bytes: [UInt8]) -> [UInt8] {
        var state = tk_sha1()
        tk_sha1_begin(&state)
        tk_sha1_update(&state, bytes, bytes.count)
        var digest = [UInt8](repeating: 0, count: 20)
        tk_sha1_end(&state, &digest)
        return digest
    }

    /// 20 bytes (RFC 2104), for one-time codes (RFC 4226).
    package static func hmacSHA1(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        var key = key.count > 64 ? sha1(key) : key
        key += [UInt8](repeating: 0, count: 64 - key.count)
        return sha1(key.map { $0 ^ 0x5C } + sha1(key.map { $0 ^ 0x36 } + message))
    }

    /// In a time that depends on the length only.
    package static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        left.count == right.count && tk_equal(left, right, left.count) == 1
    }
}
