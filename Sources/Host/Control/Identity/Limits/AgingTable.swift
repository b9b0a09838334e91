/// A table that never holds more than `capacity` entries: it has a young and an old half, what is used is young, and
/// when the young half is full it becomes the old one. Finding, keeping and dropping are O(1).
struct AgingTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private let half: Int
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]

    init(capacity: Int) { half = max(1, capacity / 2) }

    var count: Int { young.count + old.count }

    mutating func find(_ key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        keep(key, value)
        return value
    }

    mutating func keep(_ key: Key, _ value: Value) {
        old[key] = nil
        if young.count >= half, young[key] == nil {
            old = young
            young = [:]
        }
        young[key] = value
    }

    mutating func drop(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }

    /// Looks at every entry.
    mutating func dropAll(where isMeant: (Value) -> Bool) {
        young = young.filter { !isMeant($0.value) }
        old = old.filter { !isMeant($0.value) }
    }

    mutating func dropAll() {
        young = [:]
        old = [:]
    }
}
