import Synchronization

/// Tells without a lock that there is nothing to look up: most logins are of people who were not refused lately.
/// Each cell says until when something about any of its subjects may matter.
/// Unchecked, because its memory is its own and its cells are atomic.
final class GuardFilter: @unchecked Sendable {
    private let cells: UnsafeMutablePointer<Atomic<UInt32>>
    private static let count = 1 << 14

    init() {
        cells = .allocate(capacity: GuardFilter.count)
        for cell in 0..<GuardFilter.count { (cells + cell).initialize(to: Atomic(0)) }
    }

    deinit {
        cells.deinitialize(count: GuardFilter.count)
        cells.deallocate()
    }

    func matters(_ key: UInt64, now: Tenths) -> Bool { cells[cell(key)].load(ordering: .relaxed) > now }

    func raise(_ key: UInt64, until: Tenths) { _ = cells[cell(key)].max(until, ordering: .relaxed) }

    /// Other bits than those that choose shard and bucket.
    private func cell(_ key: UInt64) -> Int { Int(key >> 48) & (GuardFilter.count - 1) }
}
