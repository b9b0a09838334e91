import CCrypto

/// Operators' passwords: scrypt (RFC 7914) with its parameters beside the hash, so that they can be raised later.
package enum Scrypt {
    /// N = 2^15, r = 8, p = 1: 32 MiB and about a tenth of a second.
    package static let cost = 15
    private static let block: UInt32 = 8
    private static let parallel: UInt32 = 1

    /// `scrypt:15:8:1:SALT:KEY`, both in hexadecimal. Slow on purpose; never on the way of a packet.
    ///
    /// - cost: N as a power of two; lower than usual in tests only.
    package static func hash(_ password: String, cost: Int = cost) -> String {
        let salt = Digest.random(16)
        guard let key = derive(password, salt, cost, block, parallel, 32) else {
            preconditionFailure("libcrypto has no scrypt, or no memory")
        }
        return "scrypt:\(cost):\(block):\(parallel):\(hex(salt)):\(hex(key))"
    }

    /// A hash that no password is known for; to verify against it costs what any costs.
    package static func hashOfNothing(cost: Int = cost) -> String {
        "scrypt:\(cost):\(block):\(parallel):\(hex(Digest.random(16))):\(hex(Digest.random(32)))"
    }

    /// False also for a text that is no hash of ours.
    package static func verify(_ password: String, _ hash: String) -> Bool {
        let parts = hash.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "scrypt", let cost = Int(parts[1]), (1...16).contains(cost),
            let block = UInt32(parts[2]), (1...8).contains(block), let parallel = UInt32(parts[3]),
            (1...4).contains(parallel), let salt = bytes(parts[4]), let expected = bytes(parts[5]), !expected.isEmpty,
            let key = derive(password, salt, cost, block, parallel, expected.count)
        else { return false }
        return tk_equal(key, expected, expected.count) == 1
    }

    /// nil when the parameters are out of bounds.
    static func derive(
        _ password: String, _ salt: [UInt8], _ cost: Int, _ block: UInt32, _ parallel: UInt32, _ length: Int
    ) -> [UInt8]? {
        var key = [UInt8](repeating: 0, count: length)
        let text = Array(password.utf8)
        let done = tk_scrypt(text, text.count, salt, salt.count, Int32(cost), block, parallel, &key, length)
        return done == 1 ? key : nil
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        var digits: [UInt8] = []
        Hex.append(bytes, to: &digits)
        return String(decoding: digits.dropFirst(2), as: UTF8.self)
    }

    private static func bytes(_ digits: Substring) -> [UInt8]? {
        Array("\\x\(digits)".utf8).withUnsafeBufferPointer { Hex.decode($0) }
    }
}
