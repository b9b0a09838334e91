import CSystem
import Glibc

/// Finds places of a ring by the hash of what lies there: sets of eight, each one line of memory, so that finding and
/// inserting touch that line alone. The ring's oldest place is taken next; a set that is full forgets its oldest
/// early, which happens to one in thousands. Its memory is taken from the system when it is made, and nothing is
/// allocated afterwards. Guarded by the lock around it.
/// Public and inlinable, as it is asked for every packet. Unchecked, because its memory is its own.
public struct RingIndex: ~Copyable, @unchecked Sendable {
    @usableFromInline static var ways: Int { 8 }

    /// Places of the ring, a power of two.
    public let capacity: Int
    /// Two of these are a set: the tags (upper halves of the hashes), and when their places were taken.
    @usableFromInline let sets: UnsafeMutablePointer<SIMD8<UInt32>>
    @usableFromInline let setMask: Int
    private let memory: UnsafeMutableRawPointer
    /// Counts the places taken, from one round on: what an empty set says lies more than a round back.
    @usableFromInline var next: UInt32

    /// - capacity: rounded up to a power of two.
    public init(capacity wanted: Int) {
        var capacity = 1
        while capacity < wanted { capacity *= 2 }
        self.capacity = capacity
        // On average a quarter of a set is taken by what still counts.
        let count = max(1, capacity / 2)
        setMask = count - 1
        let line = MemoryLayout<SIMD8<UInt32>>.stride * 2
        var memory: UnsafeMutableRawPointer?
        guard posix_memalign(&memory, line, count * line) == 0, let memory else {
            fatalError("no memory for an index of \(capacity) places")
        }
        memset(memory, 0, count * line)
        self.memory = memory
        sets = memory.bindMemory(to: SIMD8<UInt32>.self, capacity: count * 2)
        next = UInt32(capacity) + 1
    }

    deinit { free(memory) }

    /// The place under that hash that `matches`.
    @inlinable
    public func find(_ hash: UInt64, where matches: (Int) -> Bool) -> Int? {
        let set = set(of: hash)
        let hits = sets[set] .== SIMD8(repeating: UInt32(truncatingIfNeeded: hash >> 32))
        guard any(hits) else { return nil }
        for way in 0..<RingIndex.ways where hits[way] {
            let taken = sets[set + 1][way]
            let slot = Int(taken) & (capacity - 1)
            if next &- taken <= UInt32(capacity), matches(slot) { return slot }
        }
        return nil
    }

    /// The oldest place of the ring, which is now found under that hash. Who was there is not found any more.
    @inlinable
    public mutating func insert(_ hash: UInt64) -> Int {
        let set = set(of: hash)
        let ages = SIMD8(repeating: next) &- sets[set + 1]
        let oldest = ages.max()
        var way = 0
        while ages[way] != oldest { way += 1 }
        // Written as wholes: the compiler makes no valid code of one lane under the thread sanitizer.
        var (tags, taken) = (sets[set], sets[set + 1])
        tags[way] = UInt32(truncatingIfNeeded: hash >> 32)
        taken[way] = next
        (sets[set], sets[set + 1]) = (tags, taken)
        defer { next &+= 1 }
        return Int(next) & (capacity - 1)
    }

    /// The places that were taken in the last `count` insertions, the oldest first.
    public func taken(_ count: Int) -> some Sequence<Int> {
        let (next, mask) = (next, capacity - 1)
        return (0..<count).lazy.map { Int(next &- UInt32(count - $0)) & mask }
    }

    @usableFromInline func set(of hash: UInt64) -> Int { (Int(truncatingIfNeeded: hash) & setMask) * 2 }

    /// With which a set is asked for ahead of its use, without the lock.
    public var hint: RingHint { RingHint(sets: UnsafeRawPointer(sets), mask: setMask) }
}

/// Where the sets of an index lie.
/// Unchecked, because nothing is read there.
public struct RingHint: @unchecked Sendable {
    fileprivate let sets: UnsafeRawPointer
    fileprivate let mask: Int

    /// Asks for the set of that hash.
    public func prefetch(_ hash: UInt64) {
        tk_prefetch(sets + (Int(truncatingIfNeeded: hash) & mask) * 2 * MemoryLayout<SIMD8<UInt32>>.stride)
    }
}
