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
    /// What a sealed value is longer by than its plain one.
    private static let overhead = headerLength + nonceLength + tagLength

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
        var plain = [UInt8](repeating: 0, count: max(0, sealed.count - Self.overhead))
        let place = Array(place.utf8)
        var room = plain.mutableSpan
        _ = try room.withUnsafeMutableBytes { plain throws(StoreError) in
            try sealed.span.withUnsafeBytes { sealed throws(StoreError) in
                try place.span.withUnsafeBytes { place throws(StoreError) in
                    try open(sealed, for: place, into: plain)
                }
            }
        }
        return plain
    }

    /// The same without the heap, for a million values. Gives how many bytes it wrote to `plain`, which has room for as
    /// many as `sealed` has.
    package func open(
        _ sealed: UnsafeRawBufferPointer, for place: UnsafeRawBufferPointer, into plain: UnsafeMutableRawBufferPointer
    ) throws(StoreError) -> Int {
        guard sealed.count >= Self.overhead, sealed[0] == Self.format else {
            throw StoreError(.value, "the sealed value of \(Self.text(place)) has no known format")
        }
        let id = UInt16(sealed[1]) << 8 | UInt16(sealed[2])
        guard let key = keys[id] else {
            let name = Self.text(place)
            throw StoreError(.setup, "the secret of \(name) is sealed with key \(id), which is not in the key file")
        }
        guard Self.isOpened(sealed, key, place, plain) else {
            let name = Self.text(place)
            throw StoreError(.value, "the secret of \(name) does not open: damaged, or moved from another row")
        }
        return sealed.count - Self.overhead
    }

    private static func isOpened(
        _ sealed: UnsafeRawBufferPointer, _ key: [UInt8], _ place: UnsafeRawBufferPointer,
        _ plain: UnsafeMutableRawBufferPointer
    ) -> Bool {
        let count = sealed.count - overhead
        let (nonce, body) = (headerLength, headerLength + nonceLength)
        precondition(plain.count >= count, "there is room for what is opened")
        return withUnsafeTemporaryAllocation(byteCount: headerLength + place.count, alignment: 1) { bound in
            bound.copyMemory(from: UnsafeRawBufferPointer(rebasing: sealed[..<headerLength]))
            UnsafeMutableRawBufferPointer(rebasing: bound[headerLength...]).copyMemory(from: place)
            let bytes = sealed.bindMemory(to: UInt8.self).baseAddress!
            return tk_gcm_open(
                key, bytes + nonce, bound.baseAddress, bound.count, bytes + body, count, bytes + body + count,
                plain.baseAddress) == 1
        }
    }

    private static func text(_ place: UnsafeRawBufferPointer) -> String { String(decoding: place, as: UTF8.self) }

    /// Id of the key that a value was sealed with; nil for an unknown format.
    static func keyID(of sealed: [UInt8]) -> UInt16? {
        guard sealed.count >= headerLength, sealed[0] == format else { return nil }
        return UInt16(sealed[1]) << 8 | UInt16(sealed[2])
    }
}
