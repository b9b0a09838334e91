@testable import AAA
import PluginAPI
import Store
import Testing

/// The cheap statement against the one that knows all rules.
@Suite struct SessionAdvanceTests {
    private let store: SessionStore

    init() throws { store = try SessionStore() }

    private func columns(_ key: SessionKey) throws -> String {
        try store.connection.query(
            "select (to_jsonb(s) - 'id' - 'session_key')::text from sessions_live s where session_key = $1",
            [.bytes(key.bytes)])[0].text(0)
    }

    private func random(_ generator: inout Seeded, _ step: Int64, tellsTime: Bool) -> AccountingRecord {
        let statuses: [AccountingRecord.Status] =
            [.start, .stop] + [AccountingRecord.Status](repeating: .interim, count: 18)
        let late = Int.random(in: 0..<6, using: &generator) == 0 ? Int64.random(in: 0...600, using: &generator) : 0
        // Every third record is of the second of the one before.
        let second = step % 3 == 2 ? step - 1 : step
        var record = makeRecord(
            statuses.randomElement(using: &generator) ?? .interim, at: max(0, second * 300 - late),
            UInt64(step) << UInt64.random(in: 20...31, using: &generator),
            UInt64.random(in: 0..<9, using: &generator) == 0 ? 5 : UInt64(step) << 20)
        record.sendsGigawords = Bool.random(using: &generator)
        record.inputPackets = UInt64(step)
        if Int.random(in: 0..<5, using: &generator) == 0 { record.framedIP = IPAddress(ipv4: UInt32(step)) }
        if Int.random(in: 0..<9, using: &generator) == 0 { record.username = nil }
        if Int.random(in: 0..<7, using: &generator) == 0 { record.hasOctets = false }
        if Int.random(in: 0..<9, using: &generator) == 0 { record.eventTime += 1 }
        if !tellsTime { (record.sessionSeconds, record.hasSessionTime) = (0, false) }
        record.terminateCause = record.status == .stop ? 2 : nil
        return record
    }

    @Test func `random records give the same row by both statements`() throws {
        var advanced = 0
        for seed in 0..<60 as Range<UInt8> {
            var generator = Seeded(seed: UInt64(seed) + 99)
            let index = SessionIndex()
            let (ours, full) = (makeKey(seed), makeKey(seed + 100))
            for step in 0..<25 as Range<Int64> {
                let record = random(&generator, step, tellsTime: seed % 3 > 0)
                var change = SessionChange(key: ours, record: record)
                // One session whatever its records say: what is asked is how its row is written.
                var named = record
                named.classKey = ours
                let resolved = index.resolve(named, tolerance: 5, described: DescribedHash.of(change))
                change.advances = resolved.advances
                change.begins = resolved.isNew && record.status == .start
                if change.advances { advanced += 1 }
                try store.writer.write([change], seq: 0)
                try store.write([record], key: full)
                #expect(try columns(ours) == columns(full), "seed \(seed) step \(step): \(record)")
            }
        }
        #expect(advanced > 100)
    }

    @Test func `random records of a session in one batch give the same row as one by one`() throws {
        var (records, advanced, rows) = (0, 0, 0)
        for seed in 0..<60 as Range<UInt8> {
            var generator = Seeded(seed: UInt64(seed) + 999)
            let index = SessionIndex()
            let (ours, full) = (makeKey(seed), makeKey(seed + 100))
            var batch: [AccountingItem] = []
            for step in 0..<25 as Range<Int64> {
                let record = random(&generator, step, tellsTime: seed % 3 > 0)
                var change = SessionChange(key: ours, record: record)
                var named = record
                named.classKey = ours
                let resolved = index.resolve(named, tolerance: 5, described: DescribedHash.of(change))
                change.advances = resolved.advances
                change.begins = resolved.isNew && record.status == .start
                if change.advances { advanced += 1 }
                batch.append(item(change))
                try store.write([record], key: full)
                guard step == 24 || Int.random(in: 0..<12, using: &generator) == 0 else { continue }
                records += batch.count
                rows += BatchRounds.of(batch, merges: true).count
                try store.writer.write(batch.map(\.row), seq: 0)
                batch = []
                #expect(try columns(ours) == columns(full), "seed \(seed) step \(step)")
            }
        }
        #expect(advanced > 100)
        #expect(rows < records - 30, "\(rows) of \(records)")
    }

    private func item(_ change: SessionChange) -> AccountingItem {
        AccountingItem(
            entry: JournalEntry(nasID: 1, source: nasAddress, arrival: noon, packet: []), change: change)
    }

    /// The session's records as they are left to be written.
    private func left(_ changes: [SessionChange], merges: Bool = true) -> [Int64] {
        BatchRounds.of(changes.map { item($0) }, merges: merges).flatMap { round -> [Int64] in
            guard case .sessions(let items) = round else { return [] }
            return items.map(\.row.record.sessionSeconds)
        }
    }

    private func advance(_ seconds: Int64, _ input: UInt64, _ change: (inout SessionChange) -> Void = { _ in })
        -> SessionChange
    {
        var advance = SessionChange(key: makeKey(1), record: makeRecord(.interim, at: seconds, input, input))
        advance.advances = true
        change(&advance)
        return advance
    }

    @Test func `of records that only advance a session the last is left, up to the Stop`() {
        let stop = advance(900, 9) { $0.record.status = .stop }
        #expect(left([advance(300, 3), advance(600, 6), stop]) == [900])
        #expect(left([advance(300, 3), advance(600, 6), stop], merges: false) == [300, 600, 900])
        let other = advance(400, 1) { $0.facts.key = makeKey(2) }
        #expect(left([advance(300, 3), other, advance(600, 6)]) == [600, 400])
    }

    @Test(
        arguments: [
            { $0.advances = false }, { $0.record.inputOctets = 2 }, { $0.record.outputOctets = 2 },
            { $0.record.eventTime = noon }, { $0.record.sessionSeconds = 299 }, { $0.record.outputPackets = 0 },
        ] as [@Sendable (inout SessionChange) -> Void])
    func `a record is left beside a later one that tells less of anything`(
        change: @Sendable (inout SessionChange) -> Void
    ) {
        let first = advance(300, 3) { $0.record.outputPackets = 1 }
        let second = advance(600, 6) {
            $0.record.outputPackets = 1
            change(&$0)
        }
        #expect(left([first, second]).count == 2)
    }

    @Test func `a Start, and what follows a Stop, is left`() {
        let start = SessionChange(key: makeKey(1), record: makeRecord(.start, at: 0))
        let stop = advance(600, 6) { $0.record.status = .stop }
        #expect(left([start, advance(300, 3), stop, advance(900, 9)]) == [0, 600, 900])
    }

    @Test func `an interim that says nothing new advances, one that does is written in full`() {
        let index = SessionIndex()
        func advances(_ record: AccountingRecord) -> Bool {
            let change = SessionChange(key: makeKey(1), record: record)
            return index.resolve(record, tolerance: 5, described: DescribedHash.of(change)).advances
        }
        #expect(!advances(makeRecord(.start, at: 0)))
        #expect(advances(makeRecord(.interim, at: 300, 1, 1)))
        #expect(!advances(makeRecord(.interim, at: 200, 1, 1)))
        var moved = makeRecord(.interim, at: 600, 2, 2)
        moved.framedIP = IPAddress("192.0.2.9")
        #expect(!advances(moved))
        moved.sessionSeconds = 900
        moved.eventTime = noon + 900
        #expect(advances(moved))
        index.restarted(nas: 1)
        moved.sessionSeconds = 1200
        moved.eventTime = noon + 1200
        #expect(!advances(moved))
        moved.status = .stop
        moved.sessionSeconds = 1300
        moved.eventTime = noon + 1300
        #expect(advances(moved))
        moved.sessionSeconds = 1400
        moved.eventTime = noon + 1400
        #expect(!advances(moved))
    }

    @Test func `after a record was not kept the next is written in full`() {
        let index = SessionIndex()
        let described = DescribedHash.of(SessionChange(key: makeKey(1), record: makeRecord()))
        let first = makeRecord(.start, at: 0)
        let key = index.resolve(first, tolerance: 5, described: described).key
        index.doubt(first, key: key)
        #expect(!index.resolve(makeRecord(.interim, at: 300, 1, 1), tolerance: 5, described: described).advances)
        #expect(index.resolve(makeRecord(.interim, at: 600, 1, 1), tolerance: 5, described: described).advances)
    }

    @Test func `a row that another server wrote is not merely advanced`() throws {
        try store.write([makeRecord(.start, at: 0)])
        try store.connection.execute("update sessions_live set node = 'other', framed_ip = '192.0.2.77'")
        var record = makeRecord(.interim, at: 300, 5, 5)
        record.framedIP = IPAddress("192.0.2.9")
        var change = SessionChange(key: makeKey(1), record: record)
        change.advances = true
        try store.writer.write([change], seq: 0)
        #expect(try store.session().framedIP == "192.0.2.9")
    }

    @Test func `a Start that was wrongly taken for the first of its session is written in full, with its batch`() throws
    {
        try store.write([makeRecord(.interim, at: 300, 5, 5)])
        var start = makeRecord(.start, at: 0)
        start.calledStationID = "core"
        var wrong = SessionChange(key: makeKey(1), record: start)
        wrong.begins = true
        var right = SessionChange(key: makeKey(2), record: makeRecord(.start, at: 0))
        right.begins = true
        try store.writer.write([wrong, right], seq: 7)
        #expect(try store.session(makeKey(1)).input == 5)
        #expect(try columns(makeKey(1)).contains("core"))
        #expect(try store.session(makeKey(2)).state == "live")
        #expect(try store.writer.watermark() == 7)
    }

    @Test func `only the first record of a session is of a new one`() {
        let index = SessionIndex()
        #expect(index.resolve(makeRecord(.start, at: 0), tolerance: 5).isNew)
        #expect(!index.resolve(makeRecord(.start, at: 0), tolerance: 5).isNew)
        #expect(!index.resolve(makeRecord(.interim, at: 300, 1, 1), tolerance: 5).isNew)
    }
}
