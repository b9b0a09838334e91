@testable import AAA
import PluginAPI
import Store
import Support
import Testing

@Suite struct SessionUpsertTests {
    private let store: SessionStore
    /// 5 GiB and more, which 32 bits do not hold.
    private let large: UInt64 = 5 << 30

    init() throws { store = try SessionStore() }

    private var stop: AccountingRecord {
        var record = makeRecord(.stop, at: 1200, large + 30, 300)
        record.terminateCause = 1
        return record
    }

    private var whole: [AccountingRecord] {
        [
            makeRecord(.start, at: 0), makeRecord(.interim, at: 300, 10, 100),
            makeRecord(.interim, at: 600, large, 200),
            stop,
        ]
    }

    @Test func `Start, two Interims and a Stop give one row with totals past 4 GiB`() throws {
        try store.write(whole)
        #expect(try store.count() == 1)
        let row = try store.session()
        #expect(row.input == large + 30)
        #expect(row.output == 300)
        #expect(row.state == "closed")
        #expect(row.seconds == 1200)
        #expect(row.started == 0)
        #expect(row.stopped == 1200)
        #expect(row.cause == "User-Request")
        #expect(row.wraps + row.resets == 0)
    }

    /// Of subscriber 7.
    private func change(_ key: UInt8, _ record: AccountingRecord) -> SessionChange {
        var change = SessionChange(key: makeKey(key), record: record)
        change.facts.subscriberID = 7
        return change
    }

    @Test func `a session is its subscriber's reseller's from its first record, and stays so`() throws {
        try store.connection.execute(
            """
            insert into resellers (id, name, path) values (1, 'North', '1/'), (2, 'South', '2/');
            insert into subscribers (id, username, reseller_id) values (7, 'bob', 1)
            """)
        try store.writer.write([change(1, whole[0])], seq: 0)
        try store.connection.execute("update subscribers set reseller_id = 2")
        try store.writer.write([change(1, stop)], seq: 0)
        try store.writer.write([change(2, stop)], seq: 0)
        try store.writer.write([SessionChange(key: makeKey(3), record: stop)], seq: 0)
        let paths = try store.connection.query("select reseller_path from sessions_live order by id").map { $0.text(0) }
        #expect(paths == ["1/", "2/", ""])
        try store.connection.execute(
            "insert into radius_logs (subscriber_id, outcome) values (7, 'accept'), (null, 'reject')")
        let logged = try store.connection.query("select reseller_path from radius_logs order by id").map { $0.text(0) }
        #expect(logged == ["2/", ""])
    }

    @Test func `a repeated Stop changes nothing`() throws {
        try store.write(whole)
        let before = try store.session()
        try store.write([stop, stop])
        #expect(try store.session() == before)
    }

    @Test func `a late interim changes nothing, before the Stop and after it`() throws {
        try store.write(Array(whole[..<3]))
        var before = try store.session()
        try store.write([whole[1]])
        #expect(try store.session() == before)
        try store.write([stop])
        before = try store.session()
        try store.write([whole[1], whole[2], whole[0]])
        #expect(try store.session() == before)
    }

    @Test func `of records of one second the one with more octets counts, whatever their order`() throws {
        try store.write([
            makeRecord(.start, at: 0), makeRecord(.interim, at: 0, 10, 100), makeRecord(.interim, at: 0, 20, 200),
            makeRecord(.interim, at: 0, 10, 100),
        ])
        var row = try store.session()
        #expect([row.input, row.output] == [20, 200])
        try store.write([makeRecord(.interim, at: 300, 30, 300), makeRecord(.interim, at: 300, large, large + 1)])
        row = try store.session()
        #expect([row.input, row.output] == [large, large + 1])
        #expect(row.wraps + row.resets == 0)
    }

    @Test func `of records of one second more octets count, though the clock was set back in between`() throws {
        var later = makeRecord(.interim, at: 300, 20, 200)
        later.eventTime -= 3600
        var older = makeRecord(.interim, at: 300, 10, 300)
        older.eventTime -= 3600
        try store.write([makeRecord(.start, at: 0), makeRecord(.interim, at: 300, 10, 100), later, older])
        let row = try store.session()
        #expect([row.input, row.output] == [20, 200])
        #expect(row.wraps + row.resets == 0)
    }

    @Test(arguments: [(false, 1 << 32 - 1000, 1 << 32 + 700), (true, 5000, 5700)] as [(Bool, UInt64, UInt64)])
    func `without session time a late record from before a counter's fall counts nothing twice`(
        sendsGigawords: Bool, highest: UInt64, right: UInt64
    ) throws {
        let records: [(Int64, UInt64)] = [(0, 10), (300, highest), (900, 500), (600, highest + 900), (1200, 700)]
        try store.write(
            records.map { time, octets in
                var record = makeRecord(.interim, at: time, octets, 1)
                (record.sessionSeconds, record.hasSessionTime) = (0, false)
                record.sendsGigawords = sendsGigawords
                return record
            })
        let row = try store.session()
        #expect(row.input == right)
        #expect(row.wraps + row.resets == 1)
    }

    @Test func `what comes after a Stop changes nothing, be it newer`() throws {
        try store.write(whole)
        let before = try store.session()
        var newer = makeRecord(.interim, at: 1500, large + 99, 999)
        newer.framedIP = IPAddress("192.0.2.77")
        newer.username = "eve"
        var stopAgain = newer
        stopAgain.status = .stop
        stopAgain.terminateCause = 9
        stopAgain.sessionSeconds = 1600
        stopAgain.eventTime = noon + 1600
        try store.write([newer, stopAgain])
        var after = try store.session()
        // What was never told may still be filled in.
        after.framedIP = nil
        #expect(after == before)
    }

    @Test func `a 32-bit counter that starts again from 0 is a wrap where the NAS sends no gigawords`() throws {
        let records = [(300, 4_000_000_000), (600, 100), (900, 50), (1200, 60)] as [(Int64, UInt64)]
        try store.write(
            records.map { seconds, octets in
                var record = makeRecord(.interim, at: seconds, octets, 1)
                record.sendsGigawords = false
                return record
            })
        let row = try store.session()
        #expect(row.input == 2 << 32 + 60)
        #expect(row.wraps == 2)
        #expect(row.resets == 0)
        #expect(row.output == 1)
    }

    @Test func `fewer octets from a NAS with gigawords are a counter that began anew`() throws {
        try store.write([
            makeRecord(.interim, at: 300, large, 100), makeRecord(.interim, at: 600, 7, 200),
            makeRecord(.interim, at: 900, 9, 300),
        ])
        let row = try store.session()
        #expect(row.input == large + 9)
        #expect(row.output == 300)
        #expect(row.resets == 1)
        #expect(row.wraps == 0)
    }

    @Test func `a Stop before the last interim closes with its own totals`() throws {
        try store.write([whole[0], whole[1], stop, whole[2]])
        let row = try store.session()
        #expect(row.state == "closed")
        #expect(row.input == large + 30)
        #expect(row.resets == 0)
    }

    @Test func `a Stop of the same second as the last interim still brings the final octets`() throws {
        try store.write([makeRecord(.interim, at: 600, 10, 10), makeRecord(.stop, at: 600, 11, 12)])
        let row = try store.session()
        #expect(row.input == 11)
        #expect(row.output == 12)
    }

    @Test func `a Start after an interim fills in and takes nothing back`() throws {
        var start = makeRecord(.start, at: 0)
        start.framedIP = IPAddress("192.0.2.9")
        try store.write([whole[1], start])
        let row = try store.session()
        #expect(row.input == 10)
        #expect(row.seconds == 300)
        #expect(row.framedIP == "192.0.2.9")
        #expect(row.state == "live")
    }

    @Test func `a record without octets leaves the counters`() throws {
        var bare = makeRecord(.interim, at: 600)
        bare.hasOctets = false
        try store.write([whole[1], bare])
        let row = try store.session()
        #expect(row.input == 10)
        #expect(row.seconds == 600)
    }

    @Test func `a record without User-Name leaves the name`() throws {
        var nameless = makeRecord(.interim, at: 600, 20, 20)
        nameless.username = nil
        try store.write([whole[1], nameless])
        #expect(try store.session().username == "ann")
    }

    @Test func `a session whose user is never named has an empty name`() throws {
        var nameless = makeRecord(.interim, at: 600, 20, 20)
        nameless.username = nil
        try store.write([nameless])
        #expect(try store.session().username == "")
        try store.write([makeRecord(.start, at: 0)])
        #expect(try store.session().username == "ann")
    }

    @Test func `everything that a record can tell finds its column`() throws {
        var record = makeRecord(.interim, at: 600, 1, 2)
        record.mac = macA
        record.line = "line 1"
        record.nasPort = .max
        record.framedIP = IPAddress("192.0.2.9")
        record.framedIPv6 = IPAddress("2001:db8::9")
        record.framedIPv6Prefix = IPPrefix("2001:db8:0:1::5/64")
        record.delegatedPrefix = IPPrefix("2001:db8:0:100::/56")
        record.interfaceID = [0, 0, 0, 0, 0, 0, 0, 1]
        record.natAddress = IPAddress("203.0.113.1")
        record.natPorts = 1024...65_535
        record.virtualRouter = "vr"
        var change = SessionChange(key: makeKey(1), record: record)
        change.subscriberID = 42
        change.parentKey = makeKey(2)
        var sent = StaticAddresses()
        sent.ipv4 = IPAddress("192.0.2.10")
        sent.delegatedPrefix = IPPrefix("2001:db8:0:200::/56")
        change.login = SentLogin(at: noon - 1, subscriberID: 42, serviceID: 7, tierPosition: 1, addresses: sent)
        try store.writer.write([change], seq: 1)
        let row = try store.connection.query(
            """
            select mac_address::text, line_id, nas_port, host(framed_ip), host(framed_ipv6_address),
                   framed_ipv6_prefix::text, delegated_ipv6_prefix::text, encode(framed_interface_id, 'hex'),
                   host(nat_address), nat_port_from, nat_port_to, virtual_router, subscriber_id, host(sent_ip),
                   sent_delegated_prefix::text, node, login_at is not null
              from sessions_live
            """)[0]
        let texts = (0..<16).map { row.optionalText($0) ?? "none" }
        #expect(
            texts == [
                "02:00:00:00:00:0a", "line 1", "4294967295", "192.0.2.9", "2001:db8::9", "2001:db8:0:1::/64",
                "2001:db8:0:100::/56", "0000000000000001", "203.0.113.1", "1024", "65535", "vr", "42", "192.0.2.10",
                "2001:db8:0:200::/56", "node",
            ])
        #expect(row.bool(16))
    }

    @Test(arguments: 0..<40) func `whatever the order and repetition, the final row is that of the right order`(
        _ seed: Int
    ) throws {
        let inOrder = (0...6).map { step -> AccountingRecord in
            let status: AccountingRecord.Status = step == 0 ? .start : step == 6 ? .stop : .interim
            var record = makeRecord(status, at: Int64(step) * 300, UInt64(step) << 31, UInt64(step) << 30)
            record.framedIP = step > 0 ? IPAddress("192.0.2.9") : nil
            record.terminateCause = status == .stop ? 2 : nil
            return record
        }
        try store.write(inOrder)
        var random = Seeded(seed: UInt64(seed))
        let mixed = (inOrder + inOrder.prefix(Int.random(in: 0...7, using: &random))).shuffled(using: &random)
        try store.write(mixed, key: makeKey(2))
        #expect(try store.session(makeKey(2)) == store.session(makeKey(1)), "\(mixed.map(\.sessionSeconds))")
        // The same in one batch: a session that comes again goes into a round of its own.
        try store.writer.write(mixed.map { SessionChange(key: makeKey(3), record: $0) }, seq: 9)
        #expect(try store.session(makeKey(3)) == store.session(makeKey(1)))
    }
}

/// A small generator of its own, so that a failing seed can be run again.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
