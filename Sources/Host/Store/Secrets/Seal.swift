import CCrypto

/// Seals secrets with AES-256-GCM (NIST SP 800-38D) under the operator's keys, each bound to its place.
///
/// A sealed value is: format (1), key id (2, network order), nonce (12), cipher text, tag (16). Format, key id and the
/// place are authenticated, so a value copied to another row does not open.
package struct Seal: Sendable {
    /// Key id to 32 bytes.
    let keys: [UInt16: [UInt8]]
    /// The key that new values are sealed with.
    package let current: UInt16

    private static let format: UInt8 = 1
    private static let headerLength = 3
    private static let nonceLength = 12
    private static let tagLength = 16

    init(keys: [UInt16: [UInt8]], current: UInt16) {
        precondition(keys[current]?.count == 32, "the current key is among the keys")
        self.keys = keys
        self.current = current
    }

    /// - place: `subscribers/12/password`: table, row id, what.
    package func seal(_ plain: [UInt8], for place: String) -> [UInt8] {
        guard let key = keys[current] else { preconditionFailure("the current key is among the keys") }
        let header: [UInt8] = [Self.format, UInt8(current >> 8), UInt8(truncatingIfNeeded: current)]
        let nonce = Digest.random(Self.nonceLength)
        let bound = header + Array(place.utf8)
        var sealed = [UInt8](repeating: 0, count: plain.count)
        var tag = [UInt8](repeating: 0, count: Self.tagLength)
        let done = tk_gcm_seal(key, nonce, bound, bound.count, plain, plain.count, &sealed, &tag)
        precondition(done == 1, "libcrypto has no AES-256-GCM")
        return header + nonce + sealed + tag
    }

    /// The plain bytes. Throws `.setup` when the key is not in the key file, `.value` when the value was made for
    /// another place or is damaged.
    package func open(_ sealed: [UInt8], for place: String) throws(StoreError) -> [UInt8] {
        let overhead = Self.headerLength + Self.nonceLength + Self.tagLength
        guard sealed.count >= overhead, sealed[0] == Self.format else {
            throw StoreError(.value, "the sealed value of \(place) has no known format")
        }
        let id = UInt16(sealed[1]) << 8 | UInt16(sealed[2])
        guard let key = keys[id] else {
            throw StoreError(.setup, "the secret of \(place) is sealed with key \(id), which is not in the key file")
        }
        let bound = sealed[..<Self.headerLength] + Array(place.utf8)
        let nonce = Array(sealed[Self.headerLength..<(Self.headerLength + Self.nonceLength)])
        let body = Array(sealed[(Self.headerLength + Self.nonceLength)..<(sealed.count - Self.tagLength)])
        let tag = Array(sealed.suffix(Self.tagLength))
        var plain = [UInt8](repeating: 0, count: body.count)
        guard tk_gcm_open(key, nonce, Array(bound), bound.count, body, body.count, tag, &plain) == 1 else {
            throw StoreError(.value, "the secret of \(place) does not open: damaged, or moved from another row")
        }
        return plain
    }

    /// Id of the key that a value was sealed with; nil for an unknown format.
    static func keyID(of sealed: [UInt8]) -> UInt16? {
        guard sealed.count >= headerLength, sealed[0] == format else { return nil }
        return UInt16(sealed[1]) << 8 | UInt16(sealed[2])
    }
}
