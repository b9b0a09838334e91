import Glibc

/// A bounded table whose old entries make room for new ones: a key belongs to one set of four neighbours, of which the
/// oldest goes. One look touches one stretch of memory. Its memory is taken from the system as it is first used, and
/// nothing is allocated afterwards. Guarded by the lock around it.
struct RingTable<Value: BitwiseCopyable>: ~Copyable {
    private struct Entry {
        var key: SessionKey
        /// When it was put, counted; 0 for never.
        var stamp: UInt64
        var value: Value?
    }

    private static var ways: Int { 4 }
    private let entries: UnsafeMutablePointer<Entry>
    private let sets: Int
    private var stamp: UInt64 = 0

    /// - capacity: rounded up to whole sets.
    init(capacity: Int) {
        sets = max(1, (capacity + RingTable.ways - 1) / RingTable.ways)
        let bytes = sets * RingTable.ways * MemoryLayout<Entry>.stride
        // Zero bytes from the system are entries that were never put.
        guard let memory = calloc(1, bytes) else { fatalError("no memory for a table of \(bytes) bytes") }
        entries = memory.bindMemory(to: Entry.self, capacity: sets * RingTable.ways)
    }

    deinit { free(entries) }

    subscript(_ key: SessionKey) -> Value? {
        let first = first(key)
        for slot in first..<(first + RingTable.ways) where entries[slot].stamp > 0 && entries[slot].key == key {
            return entries[slot].value
        }
        return nil
    }

    mutating func put(_ key: SessionKey, _ value: Value) {
        stamp += 1
        let first = first(key)
        var oldest = first
        for slot in first..<(first + RingTable.ways) {
            if entries[slot].stamp > 0, entries[slot].key == key {
                oldest = slot
                break
            }
            if entries[slot].stamp < entries[oldest].stamp { oldest = slot }
        }
        entries[oldest] = Entry(key: key, stamp: stamp, value: value)
    }

    func forEach(_ body: (SessionKey, Value) -> Void) {
        for slot in 0..<(sets * RingTable.ways) where entries[slot].stamp > 0 {
            if let value = entries[slot].value { body(entries[slot].key, value) }
        }
    }

    private func first(_ key: SessionKey) -> Int {
        Int((key.high ^ key.low) % UInt64(sets)) * RingTable.ways
    }
}

extension RingTable: @unchecked Sendable {}
