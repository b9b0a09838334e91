package import Store

/// The one path of accounting (D10): batches in order, journal first, then the database; an answer only when COMMIT or
/// the journal's sync has made the record durable. Owned by one thread.
package final class AccountingLine {
    private struct Held {
        let seq: UInt64
        let changes: [SessionChange]
    }

    private let journal: Journal
    private let node: String
    private let connect: () throws -> Connection
    private let log: (String) -> Void
    private var connection: Connection?
    private var nextSeq: UInt64
    /// Batches that the database has not confirmed, oldest first.
    private var held: [Held] = []
    private var retryAt: UInt64 = 0
    private var backOff: UInt64 = AccountingLine.firstBackOff

    /// Milliseconds.
    private static let firstBackOff: UInt64 = 100
    private static let longestBackOff: UInt64 = 5000
    /// Records held while the database is away; beyond this the NAS is left to retry.
    package static let heldLimit = 500_000

    /// - firstSeq: above every batch that the journal or the database has seen.
    package init(
        journal: Journal, node: String, firstSeq: UInt64, connect: @escaping () throws -> Connection,
        log: @escaping (String) -> Void
    ) {
        self.journal = journal
        self.node = node
        self.connect = connect
        self.log = log
        nextSeq = firstSeq
    }

    package var heldRecords: Int { held.reduce(0) { $0 + $1.changes.count } }

    /// Batches read back from the journal at start, which the database does not have yet.
    package func restore(seq: UInt64, _ changes: [SessionChange]) {
        held.append(Held(seq: seq, changes: changes))
        nextSeq = max(nextSeq, seq + 1)
    }

    /// Makes a batch durable and answers it. An empty batch only tries what is held again.
    package func take(_ items: [AccountingItem], now: UInt64) {
        if items.isEmpty {
            _ = flush(now: now)
            return
        }
        guard heldRecords < AccountingLine.heldLimit, keep(items) else {
            for item in items { item.giveUp() }
            return
        }
        if flush(now: now) || synced() {
            for item in items { item.answer() }
        } else {
            for item in items { item.giveUp() }
        }
    }

    /// Writes the batch to the journal and holds it for the database.
    private func keep(_ items: [AccountingItem]) -> Bool {
        do {
            try journal.append(Journal.Batch(seq: nextSeq, entries: items.map(\.entry)))
        } catch {
            log("accounting is refused until the journal can be written again: \(error)")
            return false
        }
        held.append(Held(seq: nextSeq, changes: items.compactMap(\.change)))
        nextSeq += 1
        return true
    }

    private func synced() -> Bool {
        do {
            try journal.sync()
            return true
        } catch {
            log("accounting is refused until the journal can be synced again: \(error)")
            return false
        }
    }

    /// Brings what is held to the database; true when it has everything.
    private func flush(now: UInt64) -> Bool {
        if held.isEmpty { return true }
        guard connection != nil || now >= retryAt else { return false }
        do {
            try writeHeld()
            journal.allStored()
            backOff = AccountingLine.firstBackOff
            return true
        } catch {
            connection = nil
            retryAt = now + backOff
            backOff = min(AccountingLine.longestBackOff, backOff * 2)
            log("the database does not take accounting, the journal keeps it: \(error)")
            return false
        }
    }

    /// After a new connection the watermark tells which batches are there already, also when the outcome of a COMMIT
    /// was never learned.
    private func writeHeld() throws {
        if connection == nil {
            let new = try connect()
            let stored = try AccountingWriter(new, node: node).watermark()
            held.removeAll { $0.seq <= stored }
            connection = new
        }
        guard let connection else { return }
        let writer = AccountingWriter(connection, node: node)
        while let batch = held.first {
            try write(batch, writer)
            held.removeFirst()
        }
    }

    /// Whether the record's own content was refused. A full disk, a read-only server or a missing table is the
    /// database's fault: it will take the record when it is mended, so the record is kept.
    private static func isOfOneRecord(_ error: StoreError) -> Bool {
        switch error.kind {
        case .value, .conflict, .refused: true
        case .connection, .setup, .retry, .cancelled, .other: false
        }
    }

    /// A batch that the database refuses for what is in it is written record by record, so that one bad record can't
    /// hold up the others; the bad one is said with its session and left out.
    private func write(_ batch: Held, _ writer: AccountingWriter) throws {
        do {
            try writer.write(batch.changes, seq: batch.seq)
        } catch let error as StoreError where AccountingLine.isOfOneRecord(error) {
            for change in batch.changes {
                do {
                    try writer.write([change], seq: 0)
                } catch let error as StoreError where AccountingLine.isOfOneRecord(error) {
                    log("record of session \(change.record.acctSessionID) (key \(change.key.hex)) refused: \(error)")
                }
            }
            try writer.write([], seq: batch.seq)
        }
    }
}
