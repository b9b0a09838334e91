/// A bounded table whose oldest entries make room for new ones: entries in a ring, found through chains. Its memory is
/// taken from the system as it is first used, and nothing is allocated afterwards. Guarded by the lock around it.
struct RingTable<Value: BitwiseCopyable>: ~Copyable {
    private struct Entry {
        var key: SessionKey
        var value: Value
        /// The chain that it hangs in; -1 when it is none's.
        var bucket: Int32
        var next: Int32
    }

    private let capacity: Int
    private let entries: UnsafeMutablePointer<Entry>
    private let buckets: UnsafeMutablePointer<Int32>
    private let bucketMask: Int
    private var inserted: UInt64 = 0

    init(capacity: Int) {
        self.capacity = capacity
        var bucketCount = 16
        while bucketCount < capacity { bucketCount *= 2 }
        bucketMask = bucketCount - 1
        entries = .allocate(capacity: capacity)
        buckets = .allocate(capacity: bucketCount)
        buckets.initialize(repeating: -1, count: bucketCount)
    }

    deinit {
        entries.deallocate()
        buckets.deallocate()
    }

    subscript(_ key: SessionKey) -> Value? {
        guard let slot = slot(of: key) else { return nil }
        return entries[slot].value
    }

    mutating func put(_ key: SessionKey, _ value: Value) {
        if let slot = slot(of: key) {
            entries[slot].value = value
            return
        }
        let slot = Int(inserted % UInt64(capacity))
        if inserted >= UInt64(capacity) { unchain(slot) }
        inserted += 1
        let bucket = bucket(key)
        (entries + slot).initialize(to: Entry(key: key, value: value, bucket: Int32(bucket), next: buckets[bucket]))
        buckets[bucket] = Int32(slot)
    }

    func forEach(_ body: (SessionKey, Value) -> Void) {
        for slot in 0..<Int(min(inserted, UInt64(capacity))) where entries[slot].bucket >= 0 {
            body(entries[slot].key, entries[slot].value)
        }
    }

    private func slot(of key: SessionKey) -> Int? {
        var slot = buckets[bucket(key)]
        while slot >= 0 {
            if entries[Int(slot)].key == key { return Int(slot) }
            slot = entries[Int(slot)].next
        }
        return nil
    }

    private mutating func unchain(_ slot: Int) {
        let bucket = Int(entries[slot].bucket)
        guard bucket >= 0 else { return }
        entries[slot].bucket = -1
        if buckets[bucket] == Int32(slot) {
            buckets[bucket] = entries[slot].next
            return
        }
        var before = Int(buckets[bucket])
        while Int(entries[before].next) != slot { before = Int(entries[before].next) }
        entries[before].next = entries[slot].next
    }

    private func bucket(_ key: SessionKey) -> Int { Int(truncatingIfNeeded: key.high ^ key.low) & bucketMask }
}

extension RingTable: @unchecked Sendable {}
