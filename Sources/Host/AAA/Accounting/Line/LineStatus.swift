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

    /// For the metrics page.
    package var gauges: [(name: String, value: Int)] {
        let values = now
        return [
            ("journal_bytes", values.journal.bytes), ("journal_limit_bytes", values.journal.limit),
            ("journal_batches", Int(clamping: values.journal.batches)),
            ("journal_oldest_seconds", Int(values.oldestSeconds)), ("accounting_held", values.heldRecords),
            ("accounting_storing", values.isStoring ? 1 : 0),
        ]
    }

    /// Shows the values on the metrics page, and to whom asks whether the server is ready.
    func register(_ gauges: Gauges, _ health: HealthBoard) {
        for (name, _) in self.gauges {
            gauges.register(name) { [self] in self.gauges.first { $0.name == name }.map { Double($0.value) } ?? 0 }
        }
        health.register("journal_fill") { [self] in
            let fill = now.journal
            let share = fill.limit == 0 ? 0 : fill.bytes * 100 / fill.limit
            return HealthBoard.Fact("\(share) %", isReady: share < 100)
        }
        health.register("accounting") { [self] in
            HealthBoard.Fact(now.isStoring ? "to the database" : "to the journal")
        }
    }

    package var now: Values { values.withLock { $0 } }

    func set(_ new: Values) { values.withLock { $0 = new } }
}
