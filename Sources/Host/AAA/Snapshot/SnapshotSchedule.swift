/// When a snapshot is to be written: after loading, then at intervals if something changed, and at the stop. After a
/// failure it is tried again sooner.
package struct SnapshotSchedule: Sendable {
    private let interval: UInt64
    private let retry: UInt64
    private var isChanged = true
    /// Not before this; milliseconds of a clock that never goes back.
    private var earliest: UInt64 = 0

    package init(intervalSeconds: UInt64 = 300, retrySeconds: UInt64 = 30) {
        interval = intervalSeconds * 1000
        retry = min(retrySeconds, intervalSeconds) * 1000
    }

    /// The policy is another than the one written last.
    package mutating func changed() { isChanged = true }

    package func isDue(now: UInt64, isStopping: Bool) -> Bool { isChanged && (isStopping || now >= earliest) }

    /// Call before the state is taken: what changes while it is written counts for the next one.
    package mutating func begins() { isChanged = false }

    package mutating func ended(well: Bool, now: UInt64) {
        if !well { isChanged = true }
        earliest = now + (well ? interval : retry)
    }
}
