import Threads

/// What the line shows of itself, for metrics and health; written by its thread, read by any.
package final class LineStatus: Sendable {
    package struct Values: Sendable, Hashable {
        package var journal = JournalFill(bytes: 0, limit: 0, batches: 0)
        /// Seconds since the oldest record that the database has not confirmed came; 0 when it has all.
        package var oldestSeconds: Int64 = 0
        /// Records in memory that the database has not confirmed.
        package var heldRecords = 0
        /// Whether the database takes batches.
        package var isStoring = true

        package init() {}
    }

    private let values = Locked(Values())

    package init() {}

    package var now: Values { values.withLock { $0 } }

    func set(_ new: Values) { values.withLock { $0 = new } }
}

extension LineStatus {
    /// Its gauges and its part in health: a full journal takes the server out of a load balancer's service.
    func register(_ watched: Watched) {
        let put = { [self] (name: String, help: String, unit: String?, read: @escaping @Sendable (Values) -> Int) in
            watched.gauges.register(name, help, unit: unit) { Double(read(self.now)) }
        }
        put("journal_bytes", "Size of the accounting journal.", "bytes") { $0.journal.bytes }
        put("journal_limit_bytes", "Size that the accounting journal may reach.", "bytes") { $0.journal.limit }
        put("journal_batches", "Batches that the database has not confirmed.", nil) {
            Int(clamping: $0.journal.batches)
        }
        put("journal_oldest_seconds", "Age of the oldest batch that the database has not confirmed.", "seconds") {
            Int($0.oldestSeconds)
        }
        put("accounting_held", "Records in memory that the database has not confirmed.", nil) { $0.heldRecords }
        put("accounting_storing", "Whether the database takes accounting: 1, or 0.", nil) { $0.isStoring ? 1 : 0 }
        watched.health.register("journal_fill") { [self] in
            let percent = now.journal.percent
            return HealthBoard.Fact("\(percent) %", isReady: percent < 95)
        }
    }
}
