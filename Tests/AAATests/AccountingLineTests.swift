@testable import AAA
import PluginAPI
import Store
import Support
import Threads
import Testing

/// The line on a real journal and a real database that can be made to go away.
@Suite struct AccountingLineTests {
    let store: SessionStore
    private let folder = ScratchFolder()
    let seen = Seen()

    init() throws { store = try SessionStore() }

    /// What became of the records, and what the line said.
    final class Seen: AccountingWaiter {
        private let state = Locked<(answered: [UInt8], givenUp: [UInt8], log: [String], isAway: Bool)>(
            ([], [], [], false))

        var answered: [UInt8] { state.withLock { $0.answered } }
        var givenUp: [UInt8] { state.withLock { $0.givenUp } }
        var log: [String] { state.withLock { $0.log } }
        var isAway: Bool { state.withLock { $0.isAway } }

        func clear() { state.withLock { $0.log.removeAll() } }
        func answer(_ number: UInt8) { state.withLock { $0.answered.append(number) } }
        func giveUp(_ number: UInt8) { state.withLock { $0.givenUp.append(number) } }
        func say(_ line: String) { state.withLock { $0.log.append(line) } }
        func set(away: Bool) { state.withLock { $0.isAway = away } }
        func isDurable(_ item: AccountingItem) { answer(item.entry.packet[0]) }
        func isLost(_ item: AccountingItem) { giveUp(item.entry.packet[0]) }
    }

    func line(
        _ journal: Journal, firstSeq: UInt64 = 1, stored: UInt64 = 0,
        limits: AccountingLine.Limits = AccountingLine.Limits()
    ) -> AccountingLine {
        AccountingLine(
            journal: journal, node: "node", firstSeq: firstSeq, stored: stored, limits: limits,
            reports: LineReports(
                log: { [seen] in seen.say($0) }, raise: { [seen] kind, _ in seen.say("raised \(kind)") },
                clear: { [seen] in seen.say("cleared \($0)") }),
            reread: { [self] in item($0.packet[0]).change },
            connect: { [database = store.database, seen] in
                if seen.isAway { throw StoreError(.connection, "away") }
                return try database.connect()
            })
    }

    /// Lines of the log that are no alarms.
    var said: [String] { seen.log.filter { !$0.hasPrefix("raised ") && !$0.hasPrefix("cleared ") } }

    func journal(limit: Int = Journal.standardLimit, disk: JournalDisk = .real) throws -> Journal {
        try Journal.open(folder: folder.path, limit: limit, disk: disk).journal
    }

    func item(_ number: UInt8, _ record: AccountingRecord = makeRecord(), key: UInt8? = nil) -> AccountingItem {
        AccountingItem(
            entry: JournalEntry(nasID: 1, source: nasAddress, arrival: noon, packet: [number]),
            change: SessionChange(key: makeKey(key ?? number), record: record), waiter: seen)
    }

    /// Hands the items over and waits until the database has answered for what is on its way.
    func take(_ line: AccountingLine, _ items: [AccountingItem], now: UInt64) {
        line.take(items, now: now)
        while line.awaited != nil {
            line.rest(milliseconds: 1000)
            line.take([], now: now)
        }
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
        take(line, [item(1), item(2)], now: 0)
        #expect(seen.answered == [1, 2])
        #expect(line.heldRecords == 0)
        #expect(try store.count() == 2)
        #expect(try store.writer.watermark() == 1)
        #expect(said.isEmpty)
    }

    @Test func `with the database away records are answered once the journal has them, and written when it is back`()
        throws
    {
        let line = line(try journal())
        seen.set(away: true)
        take(line, [item(1)], now: 0)
        take(line, [item(2)], now: 50)
        #expect(seen.answered == [1, 2])
        #expect(line.heldRecords == 2)
        #expect(try store.count() == 0)
        #expect(said.count == 1)
        seen.set(away: false)
        take(line, [], now: 99)
        #expect(try store.count() == 0)
        take(line, [], now: 100)
        #expect(try store.count() == 2)
        #expect(line.heldRecords == 0)
        #expect(seen.answered == [1, 2])
    }

    @Test func `tries are spaced further and further, up to five seconds`() throws {
        let line = line(try journal())
        seen.set(away: true)
        take(line, [item(1)], now: 0)
        var now: UInt64 = 0
        for step in 1...8 {
            let wait = min(5000, UInt64(100) << UInt64(step - 1))
            take(line, [], now: now + wait - 1)
            #expect(said.count == step)
            now += wait
            take(line, [], now: now)
            #expect(said.count == step + 1)
        }
    }

    @Test func `a connection that broke is made anew and nothing is lost or written twice`() throws {
        let line = line(try journal())
        take(line, [item(1, makeRecord(.interim, at: 300, 5, 5))], now: 0)
        try endConnections()
        take(line, [item(1, makeRecord(.interim, at: 600, 9, 9)), item(2)], now: 10)
        #expect(seen.answered == [1, 1, 2])
        take(line, [], now: 1000)
        #expect(line.heldRecords == 0)
        #expect(try store.session().input == 9)
        #expect(try store.count() == 2)
        #expect(try store.writer.watermark() == 2)
    }

    @Test func `a COMMIT whose outcome was not learned is settled by the watermark`() throws {
        let line = line(try journal())
        seen.set(away: true)
        take(line, [item(1)], now: 0)
        // As if the batch had been committed and only the answer was lost: were it written again, it would show.
        try store.writer.write([], seq: 1)
        seen.set(away: false)
        take(line, [item(2)], now: 1000)
        #expect(try store.count() == 1)
        #expect(try store.session(makeKey(2)).state == "live")
        #expect(line.heldRecords == 0)
    }

    @Test func `what the journal holds and the database lacks is written after a restart`() throws {
        do {
            let line = line(try journal())
            seen.set(away: true)
            take(line, [item(1)], now: 0)
            take(line, [item(2)], now: 1)
        }
        seen.set(away: false)
        let opened = try Journal.open(folder: folder.path)
        #expect(opened.next == 3)
        let again = line(opened.journal, firstSeq: 3)
        take(again, [item(3)], now: 0)
        #expect(again.isClear)
        #expect(try store.count() == 3)
        #expect(try store.writer.watermark() == 3)
    }

    @Test func `a bad record is said and left out, and does not hold up the others`() throws {
        let line = line(try journal())
        var bad = makeRecord()
        bad.username = "a\u{0}b"
        bad.acctSessionID = "bad one"
        take(line, [item(1), item(2, bad), item(3)], now: 0)
        #expect(seen.answered == [1, 2, 3])
        #expect(try store.count() == 2)
        #expect(line.heldRecords == 0)
        #expect(try store.writer.watermark() == 1)
        #expect(said.count == 1)
        #expect(said.first?.contains("bad one") == true)
    }

    @Test func `a database that takes no record at all is not taken for many bad records: they are held`() throws {
        try store.connection.execute("alter table sessions_live rename to elsewhere")
        let line = line(try journal())
        take(line, [item(1), item(2)], now: 0)
        #expect(seen.answered == [1, 2])
        #expect(line.heldRecords == 2)
        try store.connection.execute("alter table elsewhere rename to sessions_live")
        take(line, [], now: 10_000)
        #expect(try store.count() == 2)
        #expect(line.heldRecords == 0)
    }

    @Test func `a database that is read-only for a while holds the records`() throws {
        let name = try store.connection.query("select current_database()")[0].text(0)
        try store.connection.execute("alter database \(name) set default_transaction_read_only = on")
        let line = line(try journal())
        take(line, [item(1)], now: 0)
        #expect(line.heldRecords == 1)
        #expect(seen.answered == [1])
        try store.connection.execute(
            "set default_transaction_read_only = off; alter database \(name) reset default_transaction_read_only")
        take(line, [], now: 10_000)
        #expect(try store.count() == 1)
    }

    @Test func `nothing is answered that neither the database nor the journal has`() throws {
        let line = line(try journal())
        take(line, [item(1)], now: 0)
        // The journal's descriptor is the line's own: one for reading refuses writing.
        JournalBreaker.close(folder.path + "/00000000000000000001.journal")
        take(line, [item(2)], now: 0)
        #expect(seen.answered == [1])
        #expect(seen.givenUp == [2])
        #expect(try store.count() == 1)
        #expect(seen.log.contains("raised journal-write"))
        #expect(said.first?.contains("journal") == true)
        // The broken file is left, and all is well in the next.
        take(line, [item(3)], now: 1)
        #expect(seen.answered == [1, 3])
        #expect(!seen.log.suffix(2).contains("cleared journal-write"))
        take(line, [], now: JournalTrouble.calmMilliseconds)
        #expect(seen.log.last == "the journal can be written again: 1 requests were refused within 0 s")
        #expect(seen.log.dropLast().last == "cleared journal-write")
    }

    @Test func `alarms that a killed predecessor left end when records go through`() throws {
        let line = line(try journal())
        take(line, [], now: 0)
        #expect(seen.log.isEmpty)
        take(line, [item(1)], now: 1)
        take(line, [item(2)], now: 2)
        #expect(
            seen.log == ["accounting-store", "journal-fill", "journal-full", "journal-write"].map { "cleared \($0)" })
    }

    @Test func `a full journal refuses, and takes records again when the database has taken its batches`() throws {
        let line = line(try journal(limit: 300))
        seen.set(away: true)
        for number in 1...9 as ClosedRange<UInt8> { take(line, [item(number)], now: UInt64(number)) }
        #expect(!seen.givenUp.isEmpty)
        #expect(seen.answered.count + seen.givenUp.count == 9)
        #expect(seen.log.contains("raised journal-full"))
        #expect(seen.log.contains("raised journal-fill"))
        #expect(said.count { $0.contains("refused until") } == 1)
        seen.set(away: false)
        take(line, [], now: 10_000)
        #expect(try store.count() == seen.answered.count)
        #expect(line.isClear)
        take(line, [item(10)], now: 10_001)
        take(line, [], now: 20_000)
        #expect(said.last == "the journal can be written again: \(seen.givenUp.count) requests were refused within 1 s")
    }

    @Test func `what has no room in memory is answered from the journal and read back when the database returns`()
        throws
    {
        var limits = AccountingLine.Limits()
        limits.held = 2
        limits.batch = 2
        let line = line(try journal(), limits: limits)
        seen.set(away: true)
        for number in 1...20 as ClosedRange<UInt8> { take(line, [item(number)], now: UInt64(number)) }
        #expect(seen.answered == Array(1...20))
        #expect(line.heldRecords == 2)
        seen.set(away: false)
        take(line, [item(21)], now: 10_000)
        #expect(line.isClear)
        #expect(try store.count() == 21)
        #expect(seen.answered == Array(1...21))
        #expect(seen.log.contains("raised accounting-store"))
        #expect(seen.log.contains("cleared accounting-store"))
    }

    @Test func `a database that is late is not waited for: the journal answers after a tenth of a second`() throws {
        let line = line(try journal())
        take(line, [item(1)], now: 0)
        let blocker = try store.database.connect()
        try blocker.execute("begin; lock table sessions_live in access exclusive mode")
        line.take([item(2)], now: 1000)
        line.take([item(3)], now: 1099)
        #expect(seen.answered == [1])
        line.take([], now: 1100)
        #expect(seen.answered == [1, 2, 3])
        try blocker.execute("commit")
        take(line, [], now: 1200)
        #expect(try store.count() == 3)
        #expect(line.isClear)
    }

    @Test func `drained, everything is answered and durable and the journal is free, also with the database away`()
        throws
    {
        var line: AccountingLine? = self.line(try journal())
        line?.take([item(1)], now: 0)
        line?.drain { 0 }
        #expect(seen.answered == [1])
        #expect(try store.writer.watermark() == 1)
        let opened = try Journal.open(folder: folder.path)
        seen.set(away: true)
        line = self.line(opened.journal, firstSeq: 2, stored: 1)
        line?.take([item(2)], now: 0)
        line?.drain { 0 }
        #expect(seen.answered == [1, 2])
        #expect(try Journal.open(folder: folder.path).journal.read(after: 1).map(\.seq) == [2])
    }

    @Test func `a restart is swept between the batches, and records that come meanwhile are judged as after it`() throws
    {
        let line = line(try journal())
        var on = makeRecord(.on, at: 0)
        on.eventTime = noon + 700
        on.sessionSeconds = 0
        let old = (1...5 as ClosedRange<UInt8>).map { item($0, makeRecord(.interim, at: 600, 5, 5)) }
        take(line, old, now: 0)
        line.take([item(9, on)], now: 1)
        // Before the sweep ran: one goes on after the restart, one is late from before it, one ends, one is new.
        line.take(
            [
                item(11, makeRecord(.interim, at: 900, 7, 7), key: 1),
                item(12, makeRecord(.interim, at: 650, 6, 6), key: 2),
                item(13, makeRecord(.stop, at: 660, 6, 6), key: 3), item(14, makeRecord(.start, at: 700), key: 6),
            ], now: 2)
        take(line, [], now: 3)
        #expect(line.isClear)
        let states = try (1...6).map { try store.session(makeKey(UInt8($0))).state }
        #expect(states == ["live", "suspect", "closed", "suspect", "suspect", "live"])
        #expect(try store.connection.query("select count(*) from session_sweeps")[0].int(0) == 0)
    }

    @Test func `a sweep that a crash cut short goes on with the next connection`() throws {
        let line = line(try journal())
        take(line, [item(1, makeRecord(.interim, at: 300, 5, 5))], now: 0)
        var on = makeRecord(.on, at: 0)
        on.eventTime = noon + 700
        try store.connection.pipeline([RestartSweep.begin(on, node: "node")])
        let other = ScratchFolder()
        let again = self.line(try Journal.open(folder: other.path).journal, firstSeq: 2, stored: 1)
        take(again, [], now: 0)
        #expect(try store.session().state == "suspect")
        #expect(again.isClear)
        withExtendedLifetime(other) {}
    }

    @Test func `50,000 sessions of a NAS are swept in two seconds while batches pass`() throws {
        let inserting = ContinuousClock.now
        try store.connection.execute(
            """
            insert into sessions_live (session_key, username, nas_id, nas_ip, acct_session_id, started_at, updated_at,
                                       last_order_seconds, last_event_at, framed_ip, subscriber_id)
            select decode(md5(i::text), 'hex'), 'u' || i, 1, '192.0.2.1', md5('s' || i),
                   to_timestamp(\(noon)), to_timestamp(\(noon)), 0, to_timestamp(\(noon)), '10.0.0.0'::inet + i, i
              from generate_series(1, 50000) i; analyze sessions_live
            """)
        // The machine may be busy otherwise: then it takes a while to insert them, too.
        let limit = max(.seconds(2), (ContinuousClock.now - inserting) * 3)
        let line = line(try journal())
        var on = makeRecord(.on, at: 0)
        on.eventTime = noon + 700
        let begin = ContinuousClock.now
        var worst = Duration.zero
        take(line, [item(1)], now: 0)
        line.take([item(2, on)], now: 1)
        var number: UInt8 = 3
        while !line.isClear {
            let asked = ContinuousClock.now
            let before = seen.answered.count
            if number < 200 {
                line.take([item(number)], now: 2)
                number += 1
            }
            while seen.answered.count == before, !line.isClear {
                line.rest(milliseconds: 100)
                line.take([], now: 2)
            }
            worst = max(worst, ContinuousClock.now - asked)
        }
        let took = ContinuousClock.now - begin
        let swept = try store.connection.query("select count(*) from sessions_live where state = 'suspect'")[0].int(0)
        print("50,000 sessions swept in \(took) of \(limit); the longest that a record waited meanwhile: \(worst)")
        #expect(took < limit)
        #expect(swept >= 50_000)
    }
}
