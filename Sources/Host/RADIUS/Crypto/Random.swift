import CCrypto

/// Random bytes from libcrypto's generator.
package enum Random {
    package static func fill(_ room: UnsafeMutableRawBufferPointer) {
        guard room.count > 0 else { return }
        precondition(tk_random(room.baseAddress!, room.count) == 0, "the system has no random bytes to give")
    }

    package static func bytes(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            fill(UnsafeMutableRawBufferPointer(room))
            filled = count
        }
    }

    package static func byte() -> UInt8 { UInt8(truncatingIfNeeded: word()) }

    package static func word() -> UInt64 {
        var value: UInt64 = 0
        Swift.withUnsafeMutableBytes(of: &value) { fill($0) }
        return value
    }
}
