import Glibc

/// What a BucketTable keeps. All zero bytes are an empty place.
protocol BucketEntry: BitwiseCopyable {
    /// 0 when the place is empty.
    var key: UInt64 { get set }
    /// How much would be lost with it at `now`: the least of a full bucket makes room.
    func worth(at now: Tenths) -> UInt64
}

/// A hash table of fixed size: eight places a bucket, looked through in order. Full, it forgets the least of the bucket
/// instead of growing, so a flood costs others at most their memory of the past. Nothing is allocated after it was made,
/// and memory is taken from the system when it is first used.
/// Unchecked, because its memory is its own.
struct BucketTable<Entry: BucketEntry>: ~Copyable, @unchecked Sendable {
    static var ways: Int { 8 }

    let capacity: Int
    private let entries: UnsafeMutablePointer<Entry>
    private let bucketMask: UInt64

    /// - Parameter capacity: at least; made a power of two.
    init(capacity: Int) {
        var buckets = 1
        while buckets * Self.ways < capacity { buckets *= 2 }
        self.capacity = buckets * Self.ways
        bucketMask = UInt64(buckets - 1)
        guard let memory = calloc(self.capacity, MemoryLayout<Entry>.stride) else {
            fatalError("no memory for a table of \(capacity) entries")
        }
        entries = memory.bindMemory(to: Entry.self, capacity: self.capacity)
    }

    deinit { free(entries) }

    /// The place of `key`; nil when it is not there.
    func find(_ key: UInt64) -> Int? {
        let first = first(key)
        for place in first..<(first + Self.ways) where entries[place].key == key { return place }
        return nil
    }

    /// The place that `key` has or may take: its own, an empty one, or that of the least worth, whose entry is then still
    /// there to be looked at. The caller writes the new entry.
    func place(for key: UInt64, now: Tenths) -> Int {
        let first = first(key)
        var chosen = first
        var least = UInt64.max
        for place in first..<(first + Self.ways) {
            if entries[place].key == key { return place }
            let worth = entries[place].key == 0 ? 0 : entries[place].worth(at: now) + 1
            if worth < least { (chosen, least) = (place, worth) }
        }
        return chosen
    }

    /// The entry at a place, good as long as the table. No subscript with `_modify`: the compiler breaks on one under the
    /// thread sanitizer (6.3.1).
    func at(_ place: Int) -> UnsafeMutablePointer<Entry> { entries + place }

    func remove(_ place: Int) { entries[place].key = 0 }

    func forEach(_ body: (Int, Entry) -> Void) {
        for place in 0..<capacity where entries[place].key != 0 { body(place, entries[place]) }
    }

    /// The low bits chose the shard.
    private func first(_ key: UInt64) -> Int { Int(key >> 16 & bucketMask) * Self.ways }
}
