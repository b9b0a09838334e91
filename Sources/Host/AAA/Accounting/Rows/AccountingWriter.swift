package import Store

/// Writes numbered batches of records, each in one transaction with the watermark that says how far this node came.
package struct AccountingWriter {
    private let connection: Connection
    private let node: String

    package init(_ connection: Connection, node: String) {
        self.connection = connection
        self.node = node
    }

    /// The last batch that is in the database; 0 for none yet.
    package func watermark() throws -> UInt64 {
        let rows = try connection.query("select seq from node_watermarks where node = $1", [.text(node)])
        return rows.first.map { UInt64(clamping: $0.int("seq")) } ?? 0
    }

    /// All of the batch or nothing, and waits. Restarts are swept before it returns.
    package func write(_ changes: [SessionChange], seq: UInt64) throws {
        let items = changes.map {
            AccountingItem(
                entry: JournalEntry(nasID: $0.record.nasID, source: $0.record.nasIP, arrival: 0, packet: []), change: $0
            )
        }
        do {
            try connection.pipeline(AccountingWriter.statements(items, seq: seq, node: node))
        } catch {
            guard AccountingWriter.isWrongGuess(error) else { throw error }
            try connection.pipeline(AccountingWriter.statements(items, seq: seq, node: node, inFull: true))
        }
        guard items.contains(where: \.isRestart) else { return }
        for sweep in try RestartSweep.waiting(connection, node: node) {
            var sweep = sweep
            repeat { sweep.take(try connection.pipeline([sweep.statement()])) } while !sweep.isDone
        }
    }

    /// The statements of a batch's transaction. A session that occurs more than once is written in as many rounds, in
    /// order.
    /// - seq: of the batch; 0 raises no watermark.
    /// - inFull: nothing is guessed: every record may find any row, or none. The rows that are there are then taken in
    ///   one order, that of the keys (up to an Accounting-On or -Off): a later round has sessions of the first alone.
    /// - guessesNew: whether a session's first Start is thought to find no row.
    static func statements(
        _ items: [AccountingItem], seq: UInt64, node: String, inFull: Bool = false, guessesNew: Bool = true
    ) -> [Statement] {
        var statements: [Statement] = []
        for round in BatchRounds.of(items, merges: !inFull) {
            switch round {
            case .restart(let record): statements.append(RestartSweep.begin(record, node: node))
            case .sessions(let items) where inFull: statements.append(SessionUpsert.statement(items, node: node))
            case .sessions(let items): statements += sessions(items, node: node, guessesNew: guessesNew)
            }
        }
        return statements + (seq > 0 ? [watermark(seq, node)] : [])
    }

    private static func sessions(_ items: [AccountingItem], node: String, guessesNew: Bool) -> [Statement] {
        var (beginning, advancing, others): ([AccountingItem], [AccountingItem], [AccountingItem]) = ([], [], [])
        for item in items {
            if item.row.advances {
                advancing.append(item)
            } else if item.row.begins, guessesNew {
                beginning.append(item)
            } else {
                others.append(item)
            }
        }
        return (beginning.isEmpty ? [] : [SessionUpsert.statement(beginning, node: node, areNew: true)])
            + (others.isEmpty ? [] : [SessionUpsert.statement(others, node: node)])
            + (advancing.isEmpty ? [] : [SessionAdvance.statement(advancing, node: node)])
    }

    /// Whether a batch was refused because some record's row is not as it was guessed to be: it passes in full.
    static func isWrongGuess(_ error: StoreError) -> Bool {
        error.sqlState == SessionAdvance.mismatch || error.sqlState == SessionUpsert.isThere
    }

    private static func watermark(_ seq: UInt64, _ node: String) -> Statement {
        Statement(
            """
            insert into node_watermarks as w (node, seq, at) values ($1, $2, now())
            on conflict (node) do update set seq = excluded.seq, at = excluded.at where w.seq < excluded.seq
            """, [.text(node), .int(Int64(clamping: seq))])
    }
}
