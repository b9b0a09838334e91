import Threads

/// The store as it goes into a snapshot and comes back from it: records as they lie in memory.
extension SubscriberStore {
    /// Calls `body` with the records of one shard after the other, copied: no login waits for the disk.
    func forEachShard(_ body: ([[UInt8]]) throws -> Void) rethrows {
        for shard in shards {
            let records = shard.records.withLock { shard in
                var records: [[UInt8]] = []
                records.reserveCapacity(shard.count)
                shard.forEach { records.append(Array($0)) }
                return records
            }
            try body(records)
        }
    }

    var allRules: [(id: Int64, rules: SubscriberRules)] {
        shards.flatMap { shard in
            shard.records.withLock { shard in shard.allRules.map { (id: $0.key, rules: $0.value) } }
        }
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
