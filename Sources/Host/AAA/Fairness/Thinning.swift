import PluginAPI
import RADIUS

/// Of which sources the kernel is to let only a part in: those that are refused most of what they send while the queue
/// fills up all the same, because receiving it to refuse it is what costs. As much passes as `FairShare` then serves and
/// half as much again; slowly more while nothing of it is refused, all when the source sends no more than was served.
///
/// The clock is passed in; one lock guards it.
struct Thinning: Sendable {
    static let stepMilliseconds: UInt64 = 100
    /// Sources at most: more at once are no router gone mad.
    static let most = 16
    static let surplus = 1.5
    /// A fifth in a second: each time that it is too much the others wait.
    static let growth = 1.02
    static let cut = 0.75
    /// From this part on the filter is not worth it.
    static let enough = 0.75
    static let least = 1 / 256.0

    /// What one did in the time since it was last looked at.
    struct Seen: Sendable, Hashable {
        var received = 0
        var refused = 0

        var served: Double { Double(max(0, received - refused)) }
    }

    struct Entry: Sendable, Hashable {
        /// 0…1
        var kept: Double
        /// Datagrams that it was served in a step when it was thinned.
        var fair: Double
        var seen = Seen()
    }

    private(set) var entries: [IPAddress: Entry] = [:]
    /// Of those that are not thinned.
    private var candidates: [IPAddress: Seen] = [:]
    private var lookedAt: UInt64 = 0

    var isEmpty: Bool { entries.isEmpty }
    /// Whether there is anything to look at.
    var isAwake: Bool { !candidates.isEmpty || !entries.isEmpty }

    var list: [FilterProgram.Thinned] {
        entries.sorted { ($0.key.high, $0.key.low) < ($1.key.high, $1.key.low) }.map {
            FilterProgram.Thinned(source: $0.key, kept: UInt32($0.value.kept * Double(FilterProgram.whole)))
        }
    }

    /// What a thread refused in one of its windows.
    mutating func take(_ refusal: FairShare.Refusal) {
        if entries[refusal.source] != nil {
            entries[refusal.source]?.seen.refused += refusal.count
        } else if candidates[refusal.source] != nil || candidates.count < 4 * Thinning.most {
            candidates[refusal.source, default: Seen()].received += refusal.sent
            candidates[refusal.source]?.refused += refusal.count
        }
    }

    /// One of that source was received; the part of it that passes, nil when all does.
    mutating func count(_ source: IPAddress) -> Double? {
        guard let index = entries.index(forKey: source) else { return nil }
        entries.values[index].seen.received += 1
        return entries.values[index].kept
    }

    func isDue(_ now: UInt64) -> Bool { now >= lookedAt + Thinning.stepMilliseconds }

    /// After a step.
    /// - isPressed: whether the queue fills up.
    /// - Returns: whether the list is another one now.
    mutating func look(isPressed: Bool, now: UInt64) -> Bool {
        let before = entries.mapValues(\.kept)
        // After a pause nothing is known of a step.
        let isStale = now - lookedAt > 10 * Thinning.stepMilliseconds
        lookedAt = now
        for (source, entry) in entries { entries[source] = Thinning.next(entry, isPressed) }
        if isPressed, !isStale { admit() }
        candidates = [:]
        return entries.mapValues(\.kept) != before
    }

    private static func next(_ entry: Entry, _ isPressed: Bool) -> Entry? {
        var next = entry
        next.seen = Seen()
        let (seen, arrived) = (entry.seen, Double(entry.seen.received) / entry.kept)
        if arrived <= entry.fair { return nil }
        if isPressed, seen.refused > 0 {
            next.kept *= min(cut, surplus * seen.served / Double(max(1, seen.received)))
        } else if !isPressed, seen.refused == 0 {
            next.kept *= growth
        }
        next.kept = max(least, next.kept)
        return next.kept < enough ? next : nil
    }

    /// Those that are refused most of all, and more than half of theirs.
    private mutating func admit() {
        let worst = candidates.filter { 2 * $0.value.refused > $0.value.received }
            .sorted { ($0.value.refused, $0.key.low) > ($1.value.refused, $1.key.low) }
        for (source, seen) in worst.prefix(Thinning.most - entries.count) {
            let kept = max(Thinning.least, Thinning.surplus * seen.served / Double(seen.received))
            entries[source] = Entry(kept: kept, fair: seen.served)
        }
    }
}
