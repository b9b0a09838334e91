import CCrypto

/// A running SHA-1 (RFC 3174), as MS-CHAPv2, MPPE and salted password files use it.
struct SHA1 {
    /// Twenty bytes; the first sixteen are what most uses keep.
    struct Digest: Sendable, Hashable {
        var head = Bytes16()
        var tail: UInt32 = 0

        func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) -> R) -> R {
            Swift.withUnsafeBytes(of: self) { body(UnsafeRawBufferPointer(rebasing: $0[..<20])) }
        }

        var bytes: [UInt8] { withUnsafeBytes { Array($0) } }
    }

    private var state = tk_sha1()

    init() { tk_sha1_begin(&state) }

    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        tk_sha1_update(&state, bytes.baseAddress, bytes.count)
    }

    mutating func update(_ bytes: Bytes16) {
        bytes.withUnsafeBytes { update($0) }
    }

    mutating func update(_ text: StaticString) {
        update(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// `count` times the same byte, at most 40.
    mutating func update(_ byte: UInt8, count: Int) {
        withUnsafeTemporaryAllocation(byteCount: 40, alignment: 1) { room in
            room.initializeMemory(as: UInt8.self, repeating: byte)
            update(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }

    consuming func digest() -> Digest {
        var result = Digest()
        Swift.withUnsafeMutableBytes(of: &result) { tk_sha1_end(&state, $0.baseAddress) }
        return result
    }
}
