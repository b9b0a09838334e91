import Synchronization

/// The emergency of this node alone, switched on here because the database is away. Read by each login, without a lock.
package final class EmergencySwitch: Sendable {
    /// Until (seconds since 1970) above, words in the lowest byte.
    private let packed = Atomic<UInt64>(0)

    package init() {}

    package func set(_ skip: EmergencySkip) {
        packed.store(UInt64(max(0, skip.until)) << 8 | UInt64(skip.words.rawValue), ordering: .relaxed)
    }

    package var current: EmergencySkip {
        let value = packed.load(ordering: .relaxed)
        return EmergencySkip(
            words: EmergencySkip.Words(rawValue: UInt8(truncatingIfNeeded: value)), until: Int64(value >> 8))
    }

    /// What a login of `now` leaves out: here, or everywhere by the database's word.
    package func active(_ everywhere: EmergencySkip, now: Int64) -> EmergencySkip.Words {
        current.active(now: now).union(everywhere.active(now: now))
    }
}
