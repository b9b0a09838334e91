@testable import AAA
import PluginAPI
import RADIUS
import Store
import Support
import Testing

@Suite struct LoginLogTests {
    private let counters = Counters()
    private let log: LoginLog
    private let nas: NASCounters

    init() {
        log = LoginLog(capacity: 64, rate: 10)
        nas = counters.block(nasID: 1, name: "bng")
    }

    private func note(
        _ name: [UInt8] = Array("ann".utf8), _ reason: RejectReason? = nil, at second: Int64 = 0,
        detail: [UInt8] = []
    ) {
        let note = LoginNote(
            at: (noon + second) * 1_000_000, subscriberID: reason == .unknownUser ? 0 : 5, nasAddress: nasAddress,
            mac: reason == nil ? macA : nil, reason: reason, method: .pap, microseconds: 90)
        name.withUnsafeBytes { name in
            detail.withUnsafeBytes { log.note(note, nas: nas, name: name, detail: $0) }
        }
    }

    private func taken() -> [(reason: RejectReason?, weight: UInt32, name: String, detail: String)] {
        var found: [(reason: RejectReason?, weight: UInt32, name: String, detail: String)] = []
        _ = log.ring.take(most: 1000) {
            found.append(
                (
                    $0.header.note.reason, $0.header.weight, String(decoding: $0.name, as: UTF8.self),
                    String(decoding: $0.detail, as: UTF8.self)
                ))
        }
        return found
    }

    private func unlogged(_ reason: RejectReason?) -> UInt64 {
        nas.values[NASCounters.Place.unlogged + LoginOutcome.place(reason)]
    }

    @Test func `without room a login is counted, and the next row stands for it too`() {
        log.rate = 1000
        for _ in 0..<70 { note() }
        #expect(log.overflow == 6)
        #expect(unlogged(nil) == 6)
        #expect(taken().count == 64)
        note()
        #expect(taken().map(\.weight) == [7])
    }

    @Test func `texts that are too long are cut`() {
        let name = [UInt8](repeating: 97, count: 300)
        let detail = [UInt8](repeating: 98, count: 200)
        note(name, .expired, detail: detail)
        note([98], .expired, detail: detail)
        let rows = taken()
        #expect(rows.map(\.name.count) == [253, 1])
        #expect(rows[0].detail.count >= 16)
        #expect(rows[1].detail.count == 96)
    }

    @Test func `up to the rate every login has a row; beyond it the first of each reason and one in a hundred`() {
        for _ in 0..<10 { note() }
        #expect(taken().map(\.weight) == [UInt32](repeating: 1, count: 10))
        for _ in 0..<10 { note(Array("x".utf8), .wrongPassword) }
        #expect(taken().count == 10)
        // Over the rate of rejects: one of each reason, whatever comes more.
        for reason in [.wrongPassword, .expired, .unknownUser] as [RejectReason] {
            for _ in 0..<50 { note(Array("x".utf8), reason) }
        }
        #expect(
            taken().map(\.reason) == [.wrongPassword, .wrongPassword, .expired, .expired, .unknownUser, .unknownUser])
        #expect(unlogged(.wrongPassword) + unlogged(.expired) + unlogged(.unknownUser) == 144)
    }

    @Test func `the next second begins anew, and its first row carries the weight of those left out`() {
        for _ in 0..<60 { note() }
        let before = taken()
        #expect(before.count == 12)
        note(at: 1)
        #expect(taken().map(\.weight) == [49])
        #expect(before.map { Int($0.weight) }.reduce(0, +) + 49 == 61)
    }

    @Test func `with a rate of 0 there are no rows and no counts`() {
        log.rate = 0
        for _ in 0..<5 { note() }
        #expect(taken().isEmpty)
        #expect(unlogged(nil) == 0)
    }

    @Test func `rows and counts together are all logins, whichever thread noted them`() {
        let threads = (0..<4).map { _ in
            WorkerThread("login") { [log, nas] in
                for number in 0..<5000 as Range<Int64> {
                    let note = LoginNote(
                        at: (noon + number / 1000) * 1_000_000, subscriberID: 1, nasAddress: nasAddress, mac: nil,
                        reason: number % 3 == 0 ? .wrongPassword : nil, method: .chap, microseconds: 1)
                    withUnsafeBytes(of: number) { log.note(note, nas: nas, name: $0) }
                }
            }
        }
        var rows = 0
        for _ in 0..<1000 { rows += taken().count }
        for thread in threads { thread.join() }
        rows += taken().count
        #expect(UInt64(rows) + unlogged(nil) + unlogged(.wrongPassword) == 20_000)
    }

    @Test func `a database that is away for ten seconds is an alarm, over when it is back`() {
        let notebook = Notebook(counters: counters)
        var alarm = LoginLogKeeper.AwayAlarm(events: notebook, node: "here")
        let name = Notebook.AlarmName(kind: .databaseAway, subject: "here")
        var said: [Int64: Bool] = [:]
        let states: [(Int64, Bool)] = [
            (0, false), (1, true), (10, true), (11, true), (12, true), (20, false), (21, true),
        ]
        for (now, isAway) in states {
            alarm.look(isAway: isAway, now: now)
            if let word = notebook.turn().alarms[name] { said[now] = word != nil }
        }
        #expect(said == [11: true, 20: false])
    }

    @Test func `while the database is away each word of an alarm is told once, and twenty a minute at most`() {
        var away = AwayAlarms()
        let name = { (number: Int) in Notebook.AlarmName(kind: .latchedMessageAuthenticator, subject: "nas\(number)") }
        #expect(away.look([name(1): "down"], now: 0) == [AwayAlarms.Alarm(name: name(1), message: "down")])
        #expect(away.look([name(1): "down since 9 s"], now: 9).isEmpty)
        #expect(away.look([name(1): String?.none], now: 10) == [AwayAlarms.Alarm(name: name(1), message: nil)])
        let many = Dictionary(uniqueKeysWithValues: (100..<200).map { (name($0), "down" as String?) })
        #expect(away.look(many, now: 11).count == 18)
        #expect(away.look(many, now: 60).count == 20)
        away.isBack()
        #expect(away.look([name(1): "down"], now: 120).count == 1)
    }

    @Test func `a log that overflows raises an alarm, and clears it when a minute was quiet`() {
        let notebook = Notebook(counters: counters)
        var alarm = LoginLogKeeper.OverflowAlarm(events: notebook, node: "here")
        let name = Notebook.AlarmName(kind: .radiusLogOverflow, subject: "here")
        alarm.look(0, now: 0)
        #expect(notebook.turn().isEmpty)
        alarm.look(4, now: 10)
        #expect(notebook.turn().alarms[name]??.contains("4 since the start") == true)
        alarm.look(4, now: 69)
        #expect(notebook.turn().isEmpty)
        alarm.look(4, now: 70)
        #expect(notebook.turn().alarms[name] == .some(nil))
        alarm.look(4, now: 1000)
        #expect(notebook.turn().isEmpty)
    }
}

@Suite struct LoginLogWriterTests {
    private let database: TestDatabase
    private let connection: Connection
    private let counters = Counters()
    private let log = LoginLog(capacity: 64, rate: 1000)

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
    }

    private func note(
        _ name: String, _ reason: RejectReason? = nil, from address: IPAddress = nasAddress, detail: StaticString = ""
    ) {
        note(Array(name.utf8), reason, from: address, detail: detail)
    }

    private func note(
        _ name: [UInt8], _ reason: RejectReason? = nil, from address: IPAddress = nasAddress,
        detail: StaticString = ""
    ) {
        let note = LoginNote(
            at: noon * 1_000_000 + 125_000, subscriberID: reason == .unknownUser ? 0 : 5, nasAddress: address,
            mac: reason == nil ? macA : nil, reason: reason, method: .msCHAPv2, microseconds: 90)
        let nas = counters.block(nasID: 1, name: "bng")
        name.withUnsafeBytes { log.note(note, nas: nas, name: $0, detail: detail) }
    }

    private func writer(_ id: Int64 = 1) -> LoginLogWriter { LoginLogWriter(log, counters, writer: id) }

    @Test func `a name that is no text does not keep its batch from being written`() throws {
        note([0x61, 0, 0xFF, 0x62], .unknownUser)
        note("Ünal", .expired, detail: "expired at noon")
        var writer = writer()
        try writer.write(connection, now: noon)
        let rows = try connection.query("select username, detail from radius_logs order by id")
        #expect(rows.map { $0.text(0) } == ["a\u{FFFD}\u{FFFD}b", "Ünal"])
        #expect(rows.map { $0.text(1) } == ["", "expired at noon"])
        #expect(writer.written == 2)
    }

    @Test func `a login's row has all that is known of it`() throws {
        note("ann")
        note("bob", .unknownUser, from: IPAddress("2001:db8::1")!)
        var writer = writer()
        try writer.write(connection, now: noon)
        let rows = try connection.query(
            """
            select concat_ws(' ', username, subscriber_id, nas_id, host(nas_ip), masklen(nas_ip), mac, outcome, reason,
                             method, microseconds, weight, extract(epoch from at)::numeric(20, 3))
              from radius_logs order by id
            """)
        #expect(
            rows.map { $0.text(0) } == [
                "ann 5 1 192.0.2.1 32 02:00:00:00:00:0A accept MS-CHAPv2 90 1 1795237200.125",
                "bob 1 2001:db8::1 128 reject unknown-user MS-CHAPv2 90 1 1795237200.125",
            ])
    }

    @Test func `logins without a row are counted by minute, NAS and reason, and added up`() throws {
        let nas = counters.block(nasID: 1, name: "bng")
        var writer = writer()
        for now in [noon + 5, noon + 59, noon + 60] {
            nas.unlogged(.expired)
            nas.unlogged(nil, by: 2)
            try writer.write(connection, now: now)
        }
        try writer.write(connection, now: noon + 61)
        note("ann", .expired)
        try writer.write(connection, now: noon + 61)
        let rows = try connection.query(
            """
            select concat_ws(' ', (extract(epoch from minute) - \(noon))::int, nas_id, outcome, reason, logins)
              from radius_log_minutes order by minute, reason
            """)
        #expect(
            rows.map { $0.text(0) } == [
                "0 1 accept  4", "0 1 reject expired 3", "60 1 accept  2", "60 1 reject expired 1",
            ])
    }

    @Test func `a batch that was committed unseen is not written twice`() throws {
        note("ann")
        var writer = writer()
        // The connection breaks while the transaction is under way: its outcome is not known here.
        let broken = try database.connect()
        let victim = broken.backendID
        try connection.query("select pg_terminate_backend($1)", [.int(victim)])
        #expect(throws: StoreError.self) { try writer.write(broken, now: noon) }
        // It was committed after all.
        try connection.execute(
            """
            insert into radius_logs (at, username, outcome) values (now(), 'ann', 'accept');
            insert into radius_log_writers values (1, 1, 1)
            """)
        try writer.begin(connection)
        #expect(try connection.query("select count(*) from radius_logs")[0].int(0) == 1)
    }

    @Test func `a batch whose connection broke is written on the next one`() throws {
        note("ann")
        var writer = writer()
        let broken = try database.connect()
        try connection.query("select pg_terminate_backend($1)", [.int(broken.backendID)])
        #expect(throws: StoreError.self) { try writer.write(broken, now: noon) }
        note("bob")
        try writer.begin(connection)
        try writer.write(connection, now: noon)
        let rows = try connection.query("select username from radius_logs order by id")
        #expect(rows.map { $0.text(0) } == ["ann", "bob"])
    }

    @Test func `what the database refuses is counted, not lost`() throws {
        try connection.execute("alter table radius_logs add check (username <> 'mallory')")
        for name in ["ann", "mallory"] { note(name, .wrongPassword) }
        var writer = writer()
        #expect(throws: StoreError.self) { try writer.write(connection, now: noon) }
        try writer.write(connection, now: noon)
        let rows = try connection.query("select outcome, reason, logins from radius_log_minutes")
        #expect(rows.map { "\($0.text(0)) \($0.text(1)) \($0.int(2))" } == ["reject wrong-password 2"])
        #expect(log.overflow == 2)
    }

    @Test func `while the database is away the newest are kept and the rest counted`() throws {
        for number in 0..<60 { note("user\(number)") }
        var writer = writer()
        writer.trim(now: noon)
        #expect(log.waiting == 28)
        #expect(log.overflow == 32)
        try writer.write(connection, now: noon)
        #expect(try connection.query("select min(username) from radius_logs")[0].text(0) == "user32")
        #expect(try connection.query("select sum(logins) from radius_log_minutes")[0].int(0) == 60)
    }
}
