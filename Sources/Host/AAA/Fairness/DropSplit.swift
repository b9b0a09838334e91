package import PluginAPI
import RADIUS

/// Tells the datagrams that a full queue lost from those that the filter refused: the kernel counts all in one number.
/// Of the refused it is known which part passed instead; what is beyond four standard deviations of that, the queue lost.
package struct DropSplit: Sendable {
    package struct Parts: Sendable, Hashable {
        package var overflow: UInt64
        /// Of unknown sources.
        package var filtered: UInt64
        /// Of those that are thinned.
        package var thinned: [IPAddress: UInt64] = [:]
    }

    /// The kernel's running total as last seen; it wraps.
    private var total: UInt32
    private var drops: UInt64 = 0
    private var passed = 0
    /// What the filter likely refused of thinned sources, and the variance of that.
    private var thinned: (likely: [IPAddress: Double], variance: Double) = ([:], 0)

    package init(total: UInt32) { self.total = total }

    /// Takes what is new of the kernel's total; one that another thread saw earlier changes nothing.
    /// - total: nil when it was not told.
    /// - passed: datagrams of unknown sources.
    package mutating func see(total: UInt32?, passed: Int) {
        self.passed += passed
        guard let total else { return }
        let new = Int32(bitPattern: total &- self.total)
        guard new > 0 else { return }
        drops += UInt64(new)
        self.total = total
    }

    /// One passed of a source of which only that part does: so many before it did not, on the average.
    mutating func seeThinned(_ source: IPAddress, kept: Double) {
        thinned.likely[source, default: 0] += 1 / kept - 1
        thinned.variance += (1 - kept) / (kept * kept)
    }

    /// Parts of what was seen since the last time.
    /// - isFiltering: whether unknown sources are kept out.
    package mutating func take(isFiltering: Bool) -> Parts {
        defer { (drops, passed, thinned) = (0, 0, ([:], 0)) }
        guard drops > 0 else { return Parts(overflow: 0, filtered: 0) }
        let trickle = Double(FilterProgram.trickle)
        let ofThinned = thinned.likely.values.reduce(0, +)
        var (likely, variance) = (ofThinned, thinned.variance)
        if isFiltering {
            likely += Double(passed) * trickle
            variance += Double(max(passed, 1)) * trickle * trickle
        }
        let refused = min(drops, UInt64(likely + 4 * variance.squareRoot()))
        var parts = Parts(overflow: drops - refused, filtered: refused)
        let share = isFiltering ? min(1, Double(refused) / ofThinned) : Double(refused) / ofThinned
        // Nearly always nobody is thinned, and even an empty copy takes memory.
        if !thinned.likely.isEmpty { parts.thinned = thinned.likely.mapValues { UInt64(($0 * share).rounded()) } }
        parts.filtered = isFiltering ? refused - min(refused, parts.thinned.values.reduce(0, +)) : 0
        return parts
    }
}
