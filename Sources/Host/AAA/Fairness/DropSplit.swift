import RADIUS

/// Tells the datagrams that a full queue lost from those that the filter refused: the kernel counts both in one number.
/// Of the refused it is known that one in `FilterProgram.trickle` passed instead; what is beyond four standard deviations
/// of that, the queue lost.
package struct DropSplit: Sendable {
    package struct Parts: Sendable, Hashable {
        package var overflow: UInt64
        package var filtered: UInt64
    }

    /// The kernel's running total as last seen; it wraps.
    private var total: UInt32
    private var drops: UInt64 = 0
    private var passed = 0

    package init(total: UInt32) { self.total = total }

    /// Takes what is new of the kernel's total. One that another thread saw earlier, or 0 before the first was told,
    /// changes nothing.
    package mutating func see(total: UInt32, passed: Int) {
        self.passed += passed
        let new = Int32(bitPattern: total &- self.total)
        guard new > 0 else { return }
        drops += UInt64(new)
        self.total = total
    }

    /// Parts of what was seen since the last time.
    package mutating func take(isFiltering: Bool) -> Parts {
        defer { (drops, passed) = (0, 0) }
        guard isFiltering else { return Parts(overflow: drops, filtered: 0) }
        let likely = Double(passed * FilterProgram.trickle)
        let spread = 4 * Double(max(passed, 1)).squareRoot() * Double(FilterProgram.trickle)
        let filtered = min(drops, UInt64(likely + spread))
        return Parts(overflow: drops - filtered, filtered: filtered)
    }
}
