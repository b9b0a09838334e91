/// A fast hash for tables. Who doesn't know the seed can't choose bytes that meet; it is no proof of anything.
struct SeededHash: Sendable {
    private let seed = Bytes16.random()

    func of(_ bytes: Bytes16, _ more: UInt64) -> UInt64 {
        SeededHash.mix(SeededHash.mix(bytes.first ^ seed.first, bytes.second ^ seed.second) ^ more, SeededHash.odd)
    }

    func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash = seed.first ^ UInt64(bytes.count)
        var offset = 0
        while offset + 8 <= bytes.count {
            hash = SeededHash.mix(hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self), seed.second)
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < bytes.count {
            rest = rest << 8 | UInt64(bytes[offset])
            offset += 1
        }
        return SeededHash.mix(hash ^ rest, SeededHash.odd)
    }

    private static let odd: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// Both halves of the full product, folded.
    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let (high, low) = left.multipliedFullWidth(by: right)
        return high ^ low
    }
}
