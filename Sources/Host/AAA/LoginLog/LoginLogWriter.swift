import RADIUS
import Store

/// Writes the noted logins to `radius_logs`, a batch a transaction, and beside them what got no row. A batch whose
/// COMMIT was not answered is looked for by its number before it is written again.
struct LoginLogWriter {
    private struct Batch {
        var rows: [UInt8]
        var count: Int
        var tallies: [LoginRows.Tally: UInt64]
        var unlogged: UnloggedLogins.Counts
        var seq: Int64
    }

    static let most = 2000

    private let log: LoginLog
    private let counters: Counters
    /// Names this process's batches in the database.
    private let writer: Int64
    private var seq: Int64 = 0
    private var unlogged = UnloggedLogins()
    private var pending: Batch?
    private(set) var written: UInt64 = 0

    init(_ log: LoginLog, _ counters: Counters, writer: Int64) {
        self.log = log
        self.counters = counters
        self.writer = writer
    }

    /// A first word on a new connection: marks of processes long gone are removed, and a batch that was under way when
    /// the last connection broke is done with.
    mutating func begin(_ connection: Connection) throws {
        try connection.query("delete from radius_log_writers where at < now() - interval '1 day'")
        guard let batch = pending else { return }
        let found = try connection.query("select seq from radius_log_writers where writer = $1", [.int(writer)])
        if found.contains(where: { Int64($0.int(0)) == batch.seq }) {
            finish(batch)
        } else {
            try send(batch, connection)
        }
    }

    /// Writes all that waits. `now` is in seconds since 1970. After an error of the connection the batch is kept for
    /// `begin`; one that the database refuses is counted and left out.
    mutating func write(_ connection: Connection, now: Int64) throws {
        repeat {
            unlogged.collect(counters.blocks, now: now)
            var rows = LoginRows()
            _ = log.ring.take(most: LoginLogWriter.most) { rows.append($0) }
            if rows.count == 0, unlogged.isEmpty { return }
            seq += 1
            let batch = Batch(
                rows: rows.count == 0 ? [] : rows.finished, count: rows.count, tallies: rows.tallies,
                unlogged: unlogged.take(), seq: seq)
            pending = batch
            try send(batch, connection)
        } while log.ring.count >= LoginLogWriter.most
    }

    /// Keeps the newest while nothing can be written: beyond three quarters the older half is counted and let go.
    mutating func trim(now: Int64) {
        if log.ring.count > log.ring.capacity / 4 * 3 {
            let gone = log.ring.take(most: log.ring.capacity / 2) { [counters] entry in
                counters.block(nasID: entry.header.nasID)?.unlogged(entry.header.note.reason)
            }
            log.countOverflow(gone)
        }
        unlogged.collect(counters.blocks, now: now)
    }

    private mutating func send(_ batch: Batch, _ connection: Connection) throws {
        do {
            try connection.transaction { () throws in
                if !batch.rows.isEmpty { try connection.copyBinary(LoginRows.copy, batch.rows) }
                try connection.pipeline([UnloggedLogins.statement(batch.unlogged), mark(batch)].compactMap { $0 })
            }
        } catch let error as StoreError where error.kind != .connection && connection.isAlive {
            giveUp(batch)
            throw error
        }
        finish(batch)
    }

    private func mark(_ batch: Batch) -> Statement {
        Statement(
            """
            insert into radius_log_writers (writer, seq) values ($1, $2)
            on conflict (writer) do update set seq = excluded.seq, at = now()
            """, [.int(writer), .int(batch.seq)])
    }

    private mutating func finish(_ batch: Batch) {
        written += UInt64(batch.count)
        pending = nil
    }

    /// The database will not have these rows: their logins count as left out.
    private mutating func giveUp(_ batch: Batch) {
        for (tally, count) in batch.tallies {
            counters.block(nasID: tally.nasID)?.unlogged(tally.reason, by: count)
        }
        unlogged.putBack(batch.unlogged)
        log.countOverflow(batch.count)
        pending = nil
    }
}
