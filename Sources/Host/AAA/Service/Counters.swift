import Threads

/// Counts of what `radius` did. What happens with every packet is counted in a NAS's own block; what is rare, by name
/// and labels behind a lock.
package final class Counters: Sendable {
    package struct Key: Sendable, Hashable {
        package var name: String
        package var nas: String
        package var detail: String
    }

    /// For packets of which no NAS is known.
    package let unknown = NASCounters(nasID: 0, name: "")
    private let counts = Locked<[Key: UInt64]>([:])
    private let nas = Locked<[Int64: NASCounters]>([:])

    package init() {}

    /// The block of a NAS: the same one for the same id, whatever the NAS is called by now.
    package func block(nasID: Int64, name: String) -> NASCounters {
        let block = nas.withLock { blocks in
            if let known = blocks[nasID] { return known }
            let new = NASCounters(nasID: nasID, name: name)
            blocks[nasID] = new
            return new
        }
        block.rename(name)
        return block
    }

    /// The block of a NAS that has one.
    func block(nasID: Int64) -> NASCounters? { nas.withLock { $0[nasID] } }

    /// All blocks of NAS, by id.
    var blocks: [NASCounters] { nas.withLock { $0.values.sorted { $0.nasID < $1.nasID } } }

    /// Counts a rare event; nothing on the way of a packet may use it.
    package func add(_ name: String, nas: String = "", _ detail: String = "", by count: UInt64 = 1) {
        guard count > 0 else { return }
        let key = Key(name: name, nas: nas, detail: detail)
        counts.withLock { $0[key, default: 0] += count }
    }

    package func value(_ name: String, nas: String = "", _ detail: String = "") -> UInt64 {
        counts.withLock { $0[Key(name: name, nas: nas, detail: detail)] ?? 0 }
    }

    func samples(into families: inout MetricFamilies) {
        for counts in NASCounts.grouped([unknown] + blocks) { counts.samples(into: &families) }
        let rare = counts.withLock { $0 }.sorted {
            ($0.key.name, $0.key.nas, $0.key.detail) < ($1.key.name, $1.key.nas, $1.key.detail)
        }
        for (key, count) in rare {
            families.add(
                MetricCatalogue.radius(key.name),
                MetricSample("_total", [("nas", key.nas), ("detail", key.detail)], count: count))
        }
    }
}
