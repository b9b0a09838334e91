/// A 64-bit hash of values that is the same in every process: sessions are handed from one to the next by it. Not for
/// what an enemy may choose and gain by: a collision joins two sessions only if user and start agree too.
struct ValueHash {
    private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

    mutating func add(_ word: UInt64) {
        let (high, low) = (value ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        value = high ^ low ^ value.byteSwapped
    }

    mutating func add(_ word: Int64?) {
        guard let word else { return add(UInt64.max) }
        add(1 as UInt64)
        add(UInt64(bitPattern: word))
    }

    mutating func add(_ text: String?) {
        guard let text else { return add(UInt64.max - 1) }
        add(UInt64(text.utf8.count))
        var word: UInt64 = 0
        var filled: UInt64 = 0
        for byte in text.utf8 {
            word = word << 8 | UInt64(byte)
            filled += 1
            if filled & 7 == 0 {
                add(word)
                word = 0
            }
        }
        if filled & 7 != 0 { add(word) }
    }

    /// Never 0, which stands for none.
    var result: UInt64 {
        var mixed = value
        mixed ^= mixed >> 32
        mixed = mixed &* 0xD6E8_FEB8_6659_FD93
        mixed ^= mixed >> 29
        return mixed == 0 ? 1 : mixed
    }
}
