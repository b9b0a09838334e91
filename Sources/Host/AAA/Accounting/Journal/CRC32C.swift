/// The Castagnoli checksum (RFC 3385), eight bytes a step by eight tables.
enum CRC32C {
    /// `tables[k * 256 + b]`: what byte `b` does with `k` more bytes behind it.
    private static let tables: [UInt32] = {
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for index in 0..<256 {
            tables[index] = (0..<8).reduce(UInt32(index)) { value, _ in
                value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1
            }
        }
        for index in 256..<tables.count {
            let before = tables[index - 256]
            tables[index] = before >> 8 ^ tables[Int(before & 0xFF)]
        }
        return tables
    }()

    static func of(_ bytes: UnsafeRawBufferPointer, seed: UInt32 = 0) -> UInt32 {
        tables.withUnsafeBufferPointer { table in
            var sum = ~seed
            var index = 0
            while index + 8 <= bytes.count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
                let mixed = word ^ UInt64(sum)
                sum = 0
                for place in 0..<8 {
                    sum ^= table[(7 - place) * 256 + Int(mixed >> UInt64(place * 8) & 0xFF)]
                }
                index += 8
            }
            while index < bytes.count {
                sum = table[Int(UInt8(truncatingIfNeeded: sum) ^ bytes[index])] ^ sum >> 8
                index += 1
            }
            return ~sum
        }
    }

    static func of(_ bytes: [UInt8], seed: UInt32 = 0) -> UInt32 { bytes.withUnsafeBytes { of($0, seed: seed) } }
}
