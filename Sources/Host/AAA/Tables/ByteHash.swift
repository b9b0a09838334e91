/// A hash of bytes for tables whose keys only the operator chooses: fast, and the same in every process of a version.
/// Not for keys that a stranger may insert.
package enum ByteHash {
    private static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let second: UInt64 = 0xE703_7ED1_A0B4_28DB

    package static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = first ^ UInt64(bytes.count)
        var offset = 0
        while offset + 8 <= bytes.count {
            hash = mix(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self), second)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return mix(hash ^ rest, first)
    }

    package static func of(_ number: UInt64) -> UInt64 { mix(number ^ first, second) }

    /// Both halves of the full product, folded.
    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (high, low) = left.multipliedFullWidth(by: right)
        return high ^ low
    }
}
