import PluginAPI

/// How many datagrams each source sent in this window, in a table of fixed size: eight places a bucket. A source that
/// finds its bucket full is not counted; the busiest are there from a window's first moments. Nothing is allocated after
/// it was made.
struct SourceTally {
    struct Entry {
        var source = IPAddress(ipv4: 0)
        /// The window it counts in; of an earlier one it is empty.
        var window: UInt32 = 0
        var count = 0
        var refused = 0
    }

    private static let ways = 8
    private static let buckets = 512

    private var entries = [Entry](repeating: Entry(), count: SourceTally.ways * SourceTally.buckets)
    private var window: UInt32 = 1
    /// So that nobody chooses addresses that meet in one bucket.
    private let seed: UInt64
    /// Sources seen in this window, as far as they had room.
    private(set) var sources = 0
    /// What the busiest of them sent.
    private(set) var most = 0

    init(seed: UInt64) { self.seed = seed | 1 }

    /// Counts one; the place of its source, nil without room.
    mutating func add(_ source: IPAddress) -> Int? {
        let hash = (source.high ^ source.low &* 0x9E37_79B9_7F4A_7C15) &* seed
        let first = Int(hash >> 55) * SourceTally.ways
        for place in first..<(first + SourceTally.ways) {
            if entries[place].window != window {
                entries[place] = Entry(source: source, window: window)
                sources += 1
            } else if entries[place].source != source {
                continue
            }
            entries[place].count += 1
            most = max(most, entries[place].count)
            return place
        }
        return nil
    }

    /// The last one counted there was refused.
    mutating func refuse(_ place: Int) { entries[place].refused += 1 }

    func count(_ place: Int) -> Int { entries[place].count }

    /// Of whom datagrams were refused in this window, and how many.
    var refusals: [FairShare.Refusal] {
        entries.lazy.filter { $0.window == window && $0.refused > 0 }
            .map { FairShare.Refusal(source: $0.source, count: $0.refused, sent: $0.count) }
    }

    /// Begins the next window: all are at none.
    mutating func turn() {
        window &+= 1
        (sources, most) = (0, 0)
    }
}
