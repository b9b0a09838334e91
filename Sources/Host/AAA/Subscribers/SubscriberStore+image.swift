import Threads

/// The store as it goes into a snapshot and comes back from it: records as they lie in memory.
extension SubscriberStore {
    /// Calls `body` with the records of one shard after the other, copied: no login waits for the disk.
    func forEachShard(_ body: ([[UInt8]]) throws -> Void) rethrows {
        for shard in shards {
            try body(shard.records.withLock { $0.copies() })
        }
    }

    var allRules: [(id: Int64, rules: SubscriberRules)] {
        var all: [(id: Int64, rules: SubscriberRules)] = []
        for shard in shards {
            for (id, rules) in shard.records.withLock({ $0.allRules }) { all.append((id: id, rules: rules)) }
        }
        return all
    }

    /// Takes a record back, as `forEachShard` gave it. One that is cut short is left out.
    func restore(_ record: UnsafeRawBufferPointer) {
        guard record.count >= RecordHeader.size, record.count <= SubscriberRecord.maximumLength,
            SubscriberRecord(record).length == record.count
        else { return }
        putRecord(record)
    }

    /// The further attributes of a subscriber that was restored before.
    func restore(_ rules: SubscriberRules, _ id: Int64) { shard(id).records.withLock { $0.set(rules, id) } }
}
