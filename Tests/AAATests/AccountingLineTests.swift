@testable import AAA
import PluginAPI
import Store
import Support
import Threads
import Testing

/// The line on a real journal and a real database that can be made to go away.
@Suite struct AccountingLineTests {
    private let store: SessionStore
    private let folder = ScratchFolder()
    private let seen = Seen()

    init() throws { store = try SessionStore() }

    /// What became of the records, and what the line said.
    final class Seen: Sendable {
        private let state = Locked<(answered: [UInt8], givenUp: [UInt8], log: [String], isAway: Bool)>(
            ([], [], [], false))

        var answered: [UInt8] { state.withLock { $0.answered } }
        var givenUp: [UInt8] { state.withLock { $0.givenUp } }
        var log: [String] { state.withLock { $0.log } }
        var isAway: Bool { state.withLock { $0.isAway } }

        func answer(_ number: UInt8) { state.withLock { $0.answered.append(number) } }
        func giveUp(_ number: UInt8) { state.withLock { $0.givenUp.append(number) } }
        func say(_ line: String) { state.withLock { $0.log.append(line) } }
        func set(away: Bool) { state.withLock { $0.isAway = away } }
    }

    private func line(_ journal: Journal, firstSeq: UInt64 = 1) -> AccountingLine {
        AccountingLine(
            journal: journal, node: "node", firstSeq: firstSeq,
            connect: { [database = store.database, seen] in
                if seen.isAway { throw StoreError(.connection, "away") }
                return try database.connect()
            }, log: { [seen] in seen.say($0) })
    }

    private func journal() throws -> Journal { try Journal.open(folder: folder.path).journal }

    private func item(_ number: UInt8, _ record: AccountingRecord = makeRecord()) -> AccountingItem {
        AccountingItem(
            entry: JournalEntry(nasID: 1, source: nasAddress, arrival: noon, packet: [number]),
            change: SessionChange(key: makeKey(number), record: record),
            answer: { [seen] in seen.answer(number) }, giveUp: { [seen] in seen.giveUp(number) })
    }

    /// Ends every connection to the database but the test's own.
    private func endConnections() throws {
        try store.connection.query(
            """
            select pg_terminate_backend(pid, 5000) from pg_stat_activity
             where datname = current_database() and pid <> pg_backend_pid()
            """)
    }

    @Test func `records are answered when the database has them`() throws {
        let line = line(try journal())
        line.take([item(1), item(2)], now: 0)
        #expect(seen.answered == [1, 2])
        #expect(line.heldRecords == 0)
        #expect(try store.count() == 2)
        #expect(try store.writer.watermark() == 1)
        #expect(seen.log.isEmpty)
    }

    @Test func `with the database away records are answered once the journal has them, and written when it is back`()
        throws
    {
        let line = line(try journal())
        seen.set(away: true)
        line.take([item(1)], now: 0)
        line.take([item(2)], now: 50)
        #expect(seen.answered == [1, 2])
        #expect(line.heldRecords == 2)
        #expect(try store.count() == 0)
        #expect(seen.log.count == 1)
        seen.set(away: false)
        line.take([], now: 99)
        #expect(try store.count() == 0)
        line.take([], now: 100)
        #expect(try store.count() == 2)
        #expect(line.heldRecords == 0)
        #expect(seen.answered == [1, 2])
    }

    @Test func `tries are spaced further and further, up to five seconds`() throws {
        let line = line(try journal())
        seen.set(away: true)
        line.take([item(1)], now: 0)
        var now: UInt64 = 0
        for step in 1...8 {
            let wait = min(5000, UInt64(100) << UInt64(step - 1))
            line.take([], now: now + wait - 1)
            #expect(seen.log.count == step)
            now += wait
            line.take([], now: now)
            #expect(seen.log.count == step + 1)
        }
    }

    @Test func `a connection that broke is made anew and nothing is lost or written twice`() throws {
        let line = line(try journal())
        line.take([item(1, makeRecord(.interim, at: 300, 5, 5))], now: 0)
        try endConnections()
        line.take([item(1, makeRecord(.interim, at: 600, 9, 9)), item(2)], now: 10)
        #expect(seen.answered == [1, 1, 2])
        line.take([], now: 1000)
        #expect(line.heldRecords == 0)
        #expect(try store.session().input == 9)
        #expect(try store.count() == 2)
        #expect(try store.writer.watermark() == 2)
    }

    @Test func `a COMMIT whose outcome was not learned is settled by the watermark`() throws {
        let line = line(try journal())
        seen.set(away: true)
        line.take([item(1)], now: 0)
        // As if the batch had been committed and only the answer was lost: were it written again, it would show.
        try store.writer.write([], seq: 1)
        seen.set(away: false)
        line.take([item(2)], now: 1000)
        #expect(try store.count() == 1)
        #expect(try store.session(makeKey(2)).state == "live")
        #expect(line.heldRecords == 0)
    }

    @Test func `what the journal holds and the database lacks is written after a restart`() throws {
        do {
            let line = line(try journal())
            seen.set(away: true)
            line.take([item(1)], now: 0)
            line.take([item(2)], now: 1)
        }
        let (journal, batches, _) = try Journal.open(folder: folder.path)
        #expect(batches.map(\.seq) == [1, 2])
        seen.set(away: false)
        let again = line(journal, firstSeq: 3)
        for batch in batches { again.restore(seq: batch.seq, batch.entries.compactMap { item($0.packet[0]).change }) }
        again.take([item(3)], now: 0)
        #expect(try store.count() == 3)
        #expect(try store.writer.watermark() == 3)
    }

    @Test func `a bad record is said and left out, and does not hold up the others`() throws {
        let line = line(try journal())
        var bad = makeRecord()
        bad.username = "a\u{0}b"
        bad.acctSessionID = "bad one"
        line.take([item(1), item(2, bad), item(3)], now: 0)
        #expect(seen.answered == [1, 2, 3])
        #expect(try store.count() == 2)
        #expect(line.heldRecords == 0)
        #expect(try store.writer.watermark() == 1)
        #expect(seen.log.count == 1)
        #expect(seen.log.first?.contains("bad one") == true)
    }

    @Test func `a database that takes no record at all is not taken for many bad records: they are held`() throws {
        try store.connection.execute("alter table sessions_live rename to elsewhere")
        let line = line(try journal())
        line.take([item(1), item(2)], now: 0)
        #expect(seen.answered == [1, 2])
        #expect(line.heldRecords == 2)
        try store.connection.execute("alter table elsewhere rename to sessions_live")
        line.take([], now: 10_000)
        #expect(try store.count() == 2)
        #expect(line.heldRecords == 0)
    }

    @Test func `a database that is read-only for a while holds the records`() throws {
        let name = try store.connection.query("select current_database()")[0].text(0)
        try store.connection.execute("alter database \(name) set default_transaction_read_only = on")
        let line = line(try journal())
        line.take([item(1)], now: 0)
        #expect(line.heldRecords == 1)
        #expect(seen.answered == [1])
        try store.connection.execute(
            "set default_transaction_read_only = off; alter database \(name) reset default_transaction_read_only")
        line.take([], now: 10_000)
        #expect(try store.count() == 1)
    }

    @Test func `nothing is answered that neither the database nor the journal has`() throws {
        let line = line(try journal())
        // The journal's descriptor is the line's own: a closed one refuses writing.
        JournalBreaker.close(folder.path + "/accounting.journal")
        line.take([item(1)], now: 0)
        #expect(seen.answered.isEmpty)
        #expect(seen.givenUp == [1])
        #expect(try store.count() == 0)
        #expect(seen.log.first?.contains("journal") == true)
    }
}
