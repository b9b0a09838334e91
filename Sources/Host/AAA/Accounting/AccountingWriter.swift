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

    /// All of the batch or nothing. A session that occurs more than once is written in as many rounds, in order.
    package func write(_ changes: [SessionChange], seq: UInt64) throws {
        let statements = AccountingWriter.rounds(changes).map(statement) + [watermark(seq)]
        try connection.pipeline(statements)
    }

    private enum Round {
        case sessions([SessionChange])
        case restart(SessionChange)
    }

    /// Splits at Accounting-On and -Off, which must meet exactly the records before them, and wherever a session
    /// comes again.
    private static func rounds(_ changes: [SessionChange]) -> [Round] {
        var rounds: [Round] = []
        var current: [SessionChange] = []
        var keys: Set<SessionKey> = []
        func close() {
            if !current.isEmpty { rounds.append(.sessions(current)) }
            current = []
            keys = []
        }
        for change in changes {
            if change.record.status == .on || change.record.status == .off {
                close()
                rounds.append(.restart(change))
                continue
            }
            if !keys.insert(change.key).inserted {
                close()
                keys.insert(change.key)
            }
            current.append(change)
        }
        close()
        return rounds
    }

    private func statement(_ round: Round) -> Statement {
        switch round {
        case .sessions(let changes): SessionBatch(changes, node: node).statement()
        case .restart(let change): restart(change.record)
        }
    }

    /// Sessions of the restarted part become suspect: ended most likely, but only their own Stop, a verified absence
    /// or time says so, and a later interim re-opens them.
    private func restart(_ record: AccountingRecord) -> Statement {
        Statement(
            """
            with epoch as (
              insert into nas_epochs (nas_id, scope, epoch, at) values ($1, $6, 1, $2)
              on conflict (nas_id, scope) do update set epoch = nas_epochs.epoch + 1, at = excluded.at
            )
            update sessions_live set state = 'suspect', suspect_since = $2
             where nas_id = $1 and state = 'live' and started_at <= $2 and updated_at <= $2
               and nas_ip = $3 and nas_identifier is not distinct from $4
               and ($5::text is null or virtual_router is not distinct from $5)
            """,
            [
                .int(record.nasID), .timestamp(record.eventTime * 1_000_000), .inet("\(record.nasIP)"),
                Parameter(record.nasIdentifier), Parameter(record.virtualRouter),
                .text("\(record.nasIP)|\(record.nasIdentifier ?? "")|\(record.virtualRouter ?? "")"),
            ])
    }

    private func watermark(_ seq: UInt64) -> Statement {
        Statement(
            """
            insert into node_watermarks as w (node, seq, at) values ($1, $2, now())
            on conflict (node) do update set seq = excluded.seq, at = excluded.at where w.seq < excluded.seq
            """, [.text(node), .int(Int64(seq))])
    }
}
