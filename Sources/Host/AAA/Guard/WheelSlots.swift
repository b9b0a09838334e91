/// The slots of a timer wheel: a queue each, and a bit each that says whether it is empty.
struct WheelSlots: ~Copyable {
    static let count = 1024
    private let heads: UnsafeMutablePointer<Int32>
    private let tails: UnsafeMutablePointer<Int32>
    private let filled: UnsafeMutablePointer<UInt64>

    init() {
        heads = .allocate(capacity: WheelSlots.count)
        heads.initialize(repeating: -1, count: WheelSlots.count)
        tails = .allocate(capacity: WheelSlots.count)
        tails.initialize(repeating: -1, count: WheelSlots.count)
        filled = .allocate(capacity: WheelSlots.count / 64)
        filled.initialize(repeating: 0, count: WheelSlots.count / 64)
    }

    deinit {
        heads.deallocate()
        tails.deallocate()
        filled.deallocate()
    }

    /// Puts an entry at a slot's end; gives the one it is to be hung behind, -1 for none.
    func append(_ entry: Int32, to tick: UInt64) -> Int32 {
        let slot = WheelSlots.slot(tick)
        let last = tails[slot]
        tails[slot] = entry
        if last < 0 { heads[slot] = entry }
        filled[slot / 64] |= 1 << UInt64(slot % 64)
        return last
    }

    /// Empties a slot; gives its first entry, -1 for none.
    func take(_ tick: UInt64) -> Int32 {
        let slot = WheelSlots.slot(tick)
        defer {
            (heads[slot], tails[slot]) = (-1, -1)
            filled[slot / 64] &= ~(1 << UInt64(slot % 64))
        }
        return heads[slot]
    }

    /// The first tick from `tick` on, within one turn, whose slot is not empty.
    func next(from tick: UInt64) -> UInt64? {
        var ahead: UInt64 = 0
        while ahead < UInt64(WheelSlots.count) {
            let slot = WheelSlots.slot(tick + ahead)
            // The first word is met again at the end, from its beginning.
            let rest = filled[slot / 64] >> UInt64(slot % 64)
            if rest != 0 { return tick + ahead + UInt64(rest.trailingZeroBitCount) }
            ahead += UInt64(64 - slot % 64)
        }
        return nil
    }

    private static func slot(_ tick: UInt64) -> Int { Int(tick % UInt64(count)) }
}
