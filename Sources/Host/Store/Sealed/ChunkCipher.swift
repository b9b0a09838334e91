import CCrypto

/// Seals the pieces of one file with AES-256-GCM under a key of its own. Number, section and the mark of the last are
/// authenticated with the file's header, so pieces can't be moved, left out, cut off or taken from another file.
struct ChunkCipher: Sendable {
    static let headerLength = 8
    static let tagLength = 16
    /// Plain bytes of a piece.
    static let most = 1 << 20
    /// Bytes of key material: the key and the nonce's beginning.
    static let materialLength = 36

    private let key: [UInt8]
    private let noncePrefix: [UInt8]
    private let headerDigest: [UInt8]

    init(material: [UInt8], header: [UInt8]) {
        precondition(material.count == ChunkCipher.materialLength, "a piece needs a key of 32 bytes and 4 of its nonce")
        key = Array(material[..<32])
        noncePrefix = Array(material[32...])
        headerDigest = Digest.sha256(header)
    }

    /// A piece's own header.
    struct Head {
        var length: Int
        var section: UInt16
        var isLast: Bool

        init(length: Int, section: UInt16, isLast: Bool) {
            self.length = length
            self.section = section
            self.isLast = isLast
        }

        /// nil for one that no writer makes.
        init?(_ bytes: [UInt8]) {
            let flags = bytes.big(6, count: 2)
            length = Int(bytes.big(0, count: 4))
            section = UInt16(bytes.big(4, count: 2))
            isLast = flags == 1
            guard length <= ChunkCipher.most, flags <= 1 else { return nil }
        }

        var bytes: [UInt8] {
            var bytes: [UInt8] = []
            bytes.appendBig(UInt64(length), count: 4)
            bytes.appendBig(UInt64(section), count: 2)
            bytes.appendBig(isLast ? 1 : 0, count: 2)
            return bytes
        }
    }

    /// Writes head, cipher text and tag to `out`; gives their length.
    func seal(
        _ plain: UnsafeRawBufferPointer, _ head: Head, index: UInt64, into out: UnsafeMutableRawBufferPointer
    ) -> Int {
        let (nonce, bound) = (nonce(index), bound(index, head))
        out.copyBytes(from: head.bytes)
        let sealed = out.baseAddress! + ChunkCipher.headerLength
        let done = tk_gcm_seal(
            key, nonce, bound, bound.count, plain.baseAddress, plain.count, sealed, sealed + plain.count)
        precondition(done == 1, "libcrypto has no AES-256-GCM")
        return ChunkCipher.headerLength + plain.count + ChunkCipher.tagLength
    }

    /// Opens cipher text and tag in place; false when they are not what was sealed as this piece.
    func open(_ sealed: UnsafeMutableRawBufferPointer, _ head: Head, index: UInt64) -> Bool {
        guard let base = sealed.baseAddress, sealed.count == head.length + ChunkCipher.tagLength else { return false }
        let (nonce, bound) = (nonce(index), bound(index, head))
        return tk_gcm_open(key, nonce, bound, bound.count, base, head.length, base + head.length, base) == 1
    }

    private func nonce(_ index: UInt64) -> [UInt8] {
        var nonce = noncePrefix
        nonce.appendBig(index, count: 8)
        return nonce
    }

    private func bound(_ index: UInt64, _ head: Head) -> [UInt8] {
        var bound = headerDigest
        bound.appendBig(index, count: 8)
        return bound + head.bytes
    }
}
