import RADIUS
import Store

/// The thread that owns the accounting line.
enum LineThread {
    private static let forgetEverySeconds: Int64 = 3600
    /// A record of a session that ended longer ago is not taken for it: its row has moved to its month by then.
    private static let lateSeconds: Int64 = 86_400

    /// Opens the journal, takes back what the database does not have yet, and starts.
    static func start(
        _ settings: RadiusRuntime.Settings, _ connection: Connection, _ items: Mailbox<AccountingItem>,
        _ outboxes: [Outbox], _ counters: Counters, _ index: SessionIndex, replay: AccountingService?
    ) throws -> WorkerThread {
        let (journal, batches, cut) = try Journal.open(folder: settings.journalFolder)
        if cut > 0 {
            settings.log("the journal's torn end was cut off and kept as accounting.journal.cut: \(cut) bytes")
        }
        let stored = try AccountingWriter(connection, node: settings.node).watermark()
        let last = max(stored, batches.last?.seq ?? 0)
        let line = AccountingLine(
            journal: journal, node: settings.node, firstSeq: last + 1,
            connect: { [database = settings.database] in try Connection(database) }, log: settings.log)
        let missing = batches.filter { $0.seq > stored }
        for batch in missing { line.restore(seq: batch.seq, batch.entries.compactMap { replay?.change($0) }) }
        if !missing.isEmpty { settings.log("\(missing.count) accounting batches are taken from the journal") }
        let owned = Handover(line)
        return WorkerThread("line") {
            run(owned.value, items, outboxes, counters, index)
        }
    }

    /// Gives the line to its thread, which alone uses it from then on.
    private struct Handover: @unchecked Sendable {
        let value: AccountingLine
        init(_ value: AccountingLine) { self.value = value }
    }

    private static func run(
        _ line: AccountingLine, _ items: Mailbox<AccountingItem>, _ outboxes: [Outbox], _ counters: Counters,
        _ index: SessionIndex
    ) {
        let batch = DatagramBatch()
        var forgetAt = Moment.now().wall + forgetEverySeconds
        while let taken = items.take(most: 1000, waitingMilliseconds: 200) {
            line.take(taken, now: Moment.now().monotonic)
            if !taken.isEmpty {
                counters.add("accounting_batches")
                counters.add("accounting_batched_records", by: UInt64(taken.count))
            }
            for outbox in outboxes {
                let failed = outbox.flush(batch)
                if failed > 0 { counters.add("send_failures", by: UInt64(failed)) }
            }
            let now = Moment.now().wall
            if now >= forgetAt {
                index.forget(endedBefore: now - lateSeconds)
                forgetAt = now + forgetEverySeconds
            }
        }
        line.take([], now: .max)
    }
}
