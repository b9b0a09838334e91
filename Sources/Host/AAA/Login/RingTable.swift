import Glibc
import RADIUS

/// A bounded table whose oldest entries make room for new ones. Its memory is taken from the system as it is first
/// used, and nothing is allocated afterwards. Guarded by the lock around it.
struct RingTable<Value: BitwiseCopyable>: ~Copyable {
    private struct Entry {
        var key: SessionKey
        var value: Value
    }

    private var index: RingIndex
    private let entries: UnsafeMutablePointer<Entry>
    private var count = 0

    /// - capacity: rounded up to a power of two.
    init(capacity: Int) {
        index = RingIndex(capacity: capacity)
        let bytes = index.capacity * MemoryLayout<Entry>.stride
        guard let memory = malloc(bytes) else { fatalError("no memory for a table of \(bytes) bytes") }
        entries = memory.bindMemory(to: Entry.self, capacity: index.capacity)
    }

    deinit { free(entries) }

    var hint: RingHint { index.hint }

    subscript(_ key: SessionKey) -> Value? { slot(of: key).map { entries[$0].value } }

    mutating func put(_ key: SessionKey, _ value: Value) {
        if let slot = slot(of: key) {
            entries[slot].value = value
            return
        }
        entries[index.insert(RingTable.hash(key))] = Entry(key: key, value: value)
        count = min(count + 1, index.capacity)
    }

    func forEach(_ body: (SessionKey, Value) -> Void) {
        for slot in index.taken(count) { body(entries[slot].key, entries[slot].value) }
    }

    private func slot(of key: SessionKey) -> Int? { index.find(RingTable.hash(key)) { entries[$0].key == key } }

    /// A session key is a digest.
    static func hash(_ key: SessionKey) -> UInt64 { key.high ^ key.low }
}

extension RingTable: @unchecked Sendable {}
