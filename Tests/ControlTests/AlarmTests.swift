@testable import Control
import HTTP
import Log
import Store
import Support
import Testing
import Threads

/// A channel that takes what it is let take.
private final class Taking: AlarmChannel {
    struct Away: Error, CustomStringConvertible {
        var description: String { "away" }
    }

    let name: String
    let isAway = Locked(false)
    let taken = Locked<[AlarmMessage]>([])

    init(_ name: String) { self.name = name }

    func send(_ message: AlarmMessage) throws {
        if isAway.withLock({ $0 }) { throw Away() }
        taken.withLock { $0.append(message) }
    }

    var told: [String] { taken.withLock { $0.map { "\($0.event.rawValue) \($0.subject)" } } }
}

@Suite struct AlarmTests {
    private let connection: Connection
    private let webhook = Taking("webhook")

    init() throws {
        connection = try TestDatabase().connect()
        try AlarmDeliveries.register(["webhook"], connection)
    }

    private func raise(_ subject: String) throws {
        try connection.query(
            "insert into alarms (kind, subject, message) values ('test', $1, 'it is down')", [.text(subject)])
    }

    private func clear(_ subject: String) throws {
        try connection.query(
            "update alarms set cleared_at = now() where subject = $1 and cleared_at is null", [.text(subject)])
    }

    private func round(_ channel: Taking? = nil) throws -> String? {
        try AlarmCourier.round(channel ?? webhook, connection) { _ in }
    }

    private func makeDue() throws { try connection.execute("update alarm_deliveries set next_at = now()") }

    private func states() throws -> [String] {
        try connection.query("select event || ' ' || state || ' ' || attempts from alarm_deliveries order by id")
            .map { $0.text(0) }
    }

    @Test func `a channel that is away is told later, the end of an alarm after its beginning`() throws {
        webhook.isAway.withLock { $0 = true }
        try raise("bng")
        try clear("bng")
        #expect(try round() == "away")
        #expect(try states() == ["raised pending 1", "cleared pending 0"])
        // Not due yet.
        #expect(try round() == nil)
        #expect(webhook.told.isEmpty)
        webhook.isAway.withLock { $0 = false }
        try makeDue()
        #expect(try round() == nil)
        #expect(try round() == nil)
        #expect(webhook.told == ["raised bng", "cleared bng"])
        #expect(try states() == ["raised delivered 2", "cleared delivered 1"])
    }

    @Test func `each failure waits twice as long, up to five minutes`() throws {
        webhook.isAway.withLock { $0 = true }
        try raise("bng")
        var waits: [Int] = []
        for _ in 0..<11 {
            _ = try round()
            let row = try connection.query(
                "select round(extract(epoch from next_at - now()))::int, last_error from alarm_deliveries")[0]
            waits.append(row.int(0))
            #expect(row.text(1) == "away")
            try makeDue()
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    }

    @Test func `who falls between telling and ticking off leaves it to be told again`() throws {
        try raise("bng")
        #expect(try AlarmDeliveries.take("webhook", connection).map(\.subject) == ["bng"])
        #expect(try AlarmDeliveries.take("webhook", connection).isEmpty)
        try makeDue()
        #expect(try AlarmDeliveries.take("webhook", connection).map(\.subject) == ["bng"])
    }

    @Test func `after three days a channel that took nothing is given up`() throws {
        webhook.isAway.withLock { $0 = true }
        try raise("bng")
        try connection.execute("update alarm_deliveries set created_at = now() - interval '73 hours'")
        let said = Locked<[String]>([])
        _ = try AlarmCourier.round(webhook, connection) { line in said.withLock { $0.append(line) } }
        #expect(try states() == ["raised given-up 1"])
        #expect(said.withLock { $0.count } == 1)
    }

    @Test func `a new channel is told of the alarms that are open; one that is gone of nothing`() throws {
        try raise("old")
        try clear("old")
        try raise("open")
        let syslog = Taking("syslog")
        try AlarmDeliveries.register(["syslog"], connection)
        #expect(try round() == nil)
        #expect(webhook.told.isEmpty)
        _ = try round(syslog)
        #expect(syslog.told == ["raised open"])
        try raise("new")
        _ = try round(syslog)
        #expect(syslog.told == ["raised open", "raised new"])
    }

    @Test func `one that is raised again while it is open is told once`() throws {
        try raise("bng")
        try connection.execute(
            """
            insert into alarms as a (kind, subject, message) values ('test', 'bng', 'still')
            on conflict (tenant_id, kind, subject) where cleared_at is null do update set times = a.times + 1
            """)
        _ = try round()
        _ = try round()
        #expect(webhook.told == ["raised bng"])
    }

    @Test func `acknowledging names who did it, keeps the alarm open, and is audited`() throws {
        try raise("bng")
        let records = Records(connection, actor: Actor("os:ann", source: "command line")) { plain, _ in plain }
        #expect(throws: RecordRefusal.self) { try records.acknowledge(alarm: 99, clears: false) }
        try records.acknowledge(alarm: 1, clears: false)
        #expect(try AlarmBoard.read(connection) == .init(open: ["test": 1], unacknowledged: 0, owed: ["webhook": 1]))
        try records.acknowledge(alarm: 1, clears: true)
        #expect(throws: RecordRefusal.self) { try records.acknowledge(alarm: 1, clears: true) }
        #expect(try AlarmBoard.read(connection).open.isEmpty)
        let audit = try connection.query("select action || ' ' || actor from audit_log order by id").map { $0.text(0) }
        #expect(audit == ["acknowledge os:ann", "clear os:ann"])
    }
}

@Suite struct WebhookTests {
    private let message = AlarmMessage(
        delivery: 4, event: .raised, alarm: 2, kind: "test", subject: "bng", message: "it is \"down\"",
        raisedAt: "2026-11-21T05:00:00Z")

    @Test func `HMAC-SHA256 is as in RFC 4231 section 4`() {
        let hex = { (key: [UInt8], text: [UInt8]) in WebhookSignature.hex(WebhookSignature.hmac(key, text)) }
        #expect(
            hex([UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            hex(Array("Jefe".utf8), Array("what do ya want for nothing?".utf8))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            hex(
                [UInt8](repeating: 0xAA, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test(arguments: [199, 301, 404, 500])
    func `an answer that is no success is a failure`(_ status: Int) {
        let channel = WebhookChannel(
            url: "https://example.net/", secret: [1], server: "here", clock: { 0 }, post: { _ in status })
        #expect(throws: WebhookChannel.Refused.self) { try channel.send(message) }
    }

    @Test func `the body is signed with its time`() throws {
        let sent = Locked<Post?>(nil)
        let secret = Array("a secret of some length".utf8)
        let channel = WebhookChannel(
            url: "https://example.net/", secret: secret, server: "here", clock: { 1_795_237_200 },
            post: { post in
                sent.withLock { $0 = post }
                return 204
            })
        try channel.send(message)
        let post = try #require(sent.withLock { $0 })
        let body = String(decoding: post.body, as: UTF8.self)
        #expect(
            body == #"{"delivery":4,"event":"raised","server":"here","alarm":{"id":2,"kind":"test","subject":"bng","#
                + #""message":"it is \"down\"","raised_at":"2026-11-21T05:00:00Z","cleared_at":null}}"#)
        let signature = "v1=" + WebhookSignature.hex(WebhookSignature.hmac(secret, Array("1795237200.\(body)".utf8)))
        let headers = Dictionary(uniqueKeysWithValues: post.headers.map { ($0.name, $0.value) })
        #expect(headers["X-Tollkeeper-Signature"] == signature)
        #expect(headers["X-Tollkeeper-Timestamp"] == "1795237200")
        #expect(headers["X-Tollkeeper-Delivery"] == "4")
    }
}
