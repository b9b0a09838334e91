/// An open-addressing table of 32-bit indexes: linear probing, removal by shifting back, doubled when two thirds full.
/// The caller keeps what the indexes stand for and tells hashes and equality.
struct HashSlots {
    private var slots = [UInt32](repeating: .max, count: 1024)
    private var count = 0

    private var mask: Int { slots.count - 1 }

    /// The upper bits: a hash's lower ones may be poor.
    private func home(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: (hash ^ hash >> 32) & UInt64(mask)) }

    func find(_ hash: UInt64, _ isIt: (UInt32) -> Bool) -> UInt32? { slot(hash, isIt).map { slots[$0] } }

    private func slot(_ hash: UInt64, _ isIt: (UInt32) -> Bool) -> Int? {
        var at = home(hash)
        while slots[at] != .max {
            if isIt(slots[at]) { return at }
            at = (at + 1) & mask
        }
        return nil
    }

    mutating func insert(_ hash: UInt64, _ index: UInt32, _ hashOf: (UInt32) -> UInt64) {
        if (count + 1) * 3 > slots.count * 2 { grow(hashOf) }
        put(hash, index)
        count += 1
    }

    private mutating func put(_ hash: UInt64, _ index: UInt32) {
        var at = home(hash)
        while slots[at] != .max { at = (at + 1) & mask }
        slots[at] = index
    }

    private mutating func grow(_ hashOf: (UInt32) -> UInt64) {
        let old = slots
        slots = [UInt32](repeating: .max, count: old.count * 2)
        for index in old where index != .max { put(hashOf(index), index) }
    }

    mutating func replace(_ hash: UInt64, _ old: UInt32, by new: UInt32) {
        if let at = slot(hash, { $0 == old }) { slots[at] = new }
    }

    mutating func remove(_ hash: UInt64, _ index: UInt32, _ hashOf: (UInt32) -> UInt64) {
        guard var hole = slot(hash, { $0 == index }) else { return }
        count -= 1
        var at = (hole + 1) & mask
        while slots[at] != .max {
            // May the one at `at` move to the hole without passing its home?
            let distance = (at - home(hashOf(slots[at]))) & mask
            if distance >= (at - hole) & mask {
                slots[hole] = slots[at]
                hole = at
            }
            at = (at + 1) & mask
        }
        slots[hole] = .max
    }
}
