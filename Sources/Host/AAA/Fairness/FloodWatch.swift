/// Whether unknown sources flood a socket: more than `limit` datagrams of theirs within a second begin it, ten seconds
/// with fewer than half of that each end it. The clock is passed in.
package struct FloodWatch: Sendable {
    package static let limit = 2000
    static let quietSeconds = 10
    private static let second: UInt64 = 1000

    package private(set) var isFlood = false
    private var began: UInt64?
    private var seen = 0
    private var quiet = 0

    package init() {}

    /// One that began earlier.
    package init(floodSince now: UInt64) {
        isFlood = true
        began = now
    }

    /// - unknown: datagrams of unknown sources since the last look, as near as is known.
    /// - now: milliseconds of the monotonic clock.
    /// - Returns: whether it began or ended just now.
    package mutating func look(unknown: Int, now: UInt64) -> Bool {
        let began = began ?? now
        self.began = began
        guard now >= began + FloodWatch.second else {
            seen += unknown
            return !isFlood && seen > FloodWatch.limit && change(now)
        }
        let passed = Int((now - began) / FloodWatch.second)
        // Seconds in which nothing came were not looked at one by one.
        quiet = seen < FloodWatch.limit / 2 ? quiet + passed : passed - 1
        self.began = began + UInt64(passed) * FloodWatch.second
        seen = unknown
        if isFlood { return quiet >= FloodWatch.quietSeconds && change(now) }
        return seen > FloodWatch.limit && change(now)
    }

    private mutating func change(_ now: UInt64) -> Bool {
        isFlood.toggle()
        (began, seen, quiet) = (now, 0, 0)
        return true
    }
}
