@testable import AAA
import PluginAPI
import Store
import Support
import Testing

@Suite struct AccountingWriterTests {
    private let store: SessionStore

    init() throws { store = try SessionStore() }

    private func change(_ number: UInt8, _ record: AccountingRecord) -> SessionChange {
        SessionChange(key: makeKey(number), record: record)
    }

    private func restart(
        _ status: AccountingRecord.Status = .on, at seconds: Int64,
        _ change: (inout AccountingRecord) -> Void = { _ in }
    ) -> SessionChange {
        var record = makeRecord(status, at: 0)
        record.eventTime = noon + seconds
        record.sessionSeconds = 0
        change(&record)
        return SessionChange(key: makeKey(0xFF), record: record)
    }

    @Test func `the watermark goes up with its batch and never down`() throws {
        #expect(try store.writer.watermark() == 0)
        try store.writer.write([change(1, makeRecord())], seq: 5)
        #expect(try store.writer.watermark() == 5)
        try store.writer.write([], seq: 3)
        #expect(try store.writer.watermark() == 5)
        try store.writer.write([], seq: 6)
        #expect(try store.writer.watermark() == 6)
        #expect(try AccountingWriter(store.connection, node: "other").watermark() == 0)
    }

    @Test func `a batch that came before is written again without effect`() throws {
        let batch = [
            change(1, makeRecord(.start, at: 0)), change(2, makeRecord(.interim, at: 300, 5, 5)),
            change(1, makeRecord(.stop, at: 600, 7, 7)),
        ]
        try store.writer.write(batch, seq: 1)
        let before = [try store.session(makeKey(1)), try store.session(makeKey(2))]
        try store.writer.write(batch, seq: 1)
        #expect([try store.session(makeKey(1)), try store.session(makeKey(2))] == before)
        #expect(try store.count() == 2)
    }

    @Test func `a batch with a bad record is written not at all, and leaves the connection usable`() throws {
        var bad = makeRecord()
        bad.username = "a\u{0}b"
        #expect(throws: StoreError.self) {
            try store.writer.write([change(1, makeRecord()), change(2, bad)], seq: 1)
        }
        #expect(try store.count() == 0)
        #expect(try store.writer.watermark() == 0)
        try store.writer.write([change(1, makeRecord())], seq: 1)
        #expect(try store.count() == 1)
    }

    @Test(arguments: [AccountingRecord.Status.on, .off])
    func `Accounting-On and -Off make the sessions before them suspect, and a later interim re-opens`(
        _ status: AccountingRecord.Status
    ) throws {
        try store.writer.write(
            [change(1, makeRecord(.interim, at: 300, 5, 5)), restart(status, at: 400)], seq: 1)
        #expect(try store.session().state == "suspect")
        #expect(try store.session().isSuspect)
        try store.write([makeRecord(.interim, at: 600, 9, 9)])
        let row = try store.session()
        #expect(row.state == "live")
        #expect(!row.isSuspect)
        #expect(row.input == 9)
    }

    @Test func `an interim from before the restart that comes late does not re-open`() throws {
        try store.writer.write([change(1, makeRecord(.start, at: 0)), restart(at: 400)], seq: 1)
        try store.write([makeRecord(.interim, at: 300, 9, 9)])
        let row = try store.session()
        #expect(row.state == "suspect")
        #expect(row.isSuspect)
        #expect(row.input == 9)
    }

    @Test func `the Stop of a suspect session closes it with its octets`() throws {
        try store.writer.write([change(1, makeRecord(.interim, at: 300, 5, 5)), restart(at: 400)], seq: 1)
        try store.write([makeRecord(.stop, at: 390, 9, 9)])
        let row = try store.session()
        #expect(row.state == "closed")
        #expect(row.input == 9)
    }

    @Test func `a restart touches neither later sessions, closed ones, other NAS nor other virtual routers`() throws {
        var other = makeRecord()
        other.nasID = 2
        var virtual = makeRecord(.interim, at: 300)
        virtual.virtualRouter = "b"
        var named = makeRecord(.interim, at: 300)
        named.nasIdentifier = "another"
        var later = makeRecord(.start, at: 500)
        later.acctSessionID = "s2"
        try store.writer.write(
            [
                change(1, later), change(2, makeRecord(.stop, at: 300)), change(3, other), change(4, virtual),
                change(5, named), restart(at: 400) { $0.virtualRouter = "a" },
            ], seq: 1)
        let states = try (1...5).map { try store.session(makeKey(UInt8($0))).state }
        #expect(states == ["live", "closed", "live", "live", "live"])
        try store.writer.write([restart(at: 400)], seq: 2)
        #expect(try store.session(makeKey(4)).state == "suspect")
        #expect(try store.session(makeKey(5)).state == "live")
    }

    @Test func `each restart raises the epoch of its part`() throws {
        try store.writer.write(
            [restart(at: 1), restart(.off, at: 2), restart(at: 3) { $0.virtualRouter = "a" }], seq: 1)
        let epochs = try store.connection.query("select epoch from nas_epochs order by epoch").map { $0.int(0) }
        #expect(epochs == [1, 2])
    }

    @Test func `the sessions of a restarted server are loaded back`() throws {
        try store.writer.write(
            [
                SessionChange(key: makeKey(1), record: makeRecord(.interim, at: 300)),
                change(2, makeRecord { $0.acctSessionID = "s2" }),
            ].map { change in
                var change = change
                change.subscriberID = 42
                return change
            }, seq: 1)
        try store.writer.write(
            [
                change(
                    2,
                    makeRecord {
                        $0.acctSessionID = "s2"; $0.status = .stop
                    })
            ], seq: 2)
        try store.connection.query("update sessions_live set stopped_at = now() where state = 'closed'")
        let (index, sessions) = (SessionIndex(), LiveSessions())
        #expect(try SessionLoader.load(store.connection, index: index, sessions: sessions) == 2)
        #expect(sessions.sessions(of: 42, now: noon + 300, silence: 60).map(\.key) == [makeKey(1)])
        #expect(index.resolve(makeRecord(.interim, at: 900), tolerance: 5) == .init(key: makeKey(1), isOpen: true))
        let late = makeRecord { $0.acctSessionID = "s2" }
        #expect(index.resolve(late, tolerance: 5) == .init(key: makeKey(2), isOpen: false))
    }
}
