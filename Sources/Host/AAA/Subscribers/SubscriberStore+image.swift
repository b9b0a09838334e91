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

    /// Takes records back, one behind the other, as `forEachShard` gave them. Throws when one is cut short.
    func restore(_ records: UnsafeRawBufferPointer) throws {
        var rest = records
        while rest.count > 0 {
            guard rest.count >= RecordHeader.size else { throw ImageProblem("a subscriber's record is cut short") }
            let length = SubscriberRecord(rest).length
            guard length <= min(rest.count, SubscriberRecord.maximumLength) else {
                throw ImageProblem("a subscriber's record is cut short")
            }
            putRecord(UnsafeRawBufferPointer(rebasing: rest[..<length]))
            rest = UnsafeRawBufferPointer(rebasing: rest[length...])
        }
    }

    /// The further attributes of a subscriber that was restored before.
    func restore(_ rules: SubscriberRules, _ id: Int64) { shard(id).records.withLock { $0.set(rules, id) } }
}
