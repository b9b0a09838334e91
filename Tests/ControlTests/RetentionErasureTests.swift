@testable import Control
import Store
import Support
import Testing

@Suite struct RetentionErasureTests {
    private let database: TestDatabase
    private let connection: Connection
    private let ann = Actor("operator:ann")

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
        let records = Records(connection, actor: ann) { plain, _ in plain }
        _ = try records.addSubscriber(
            "bob", password: SubscriberPassword("bobs password"),
            [
                ("full_name", .text("Bob Builder")), ("email", .text("bob@example.net")), ("phone", .text("0123")),
                ("mac_address", .text("02:00:00:00:00:01")), ("static_ip", .inet("192.0.2.9")),
                ("notes", .text("pays late")),
            ])
        try connection.execute(
            """
            insert into reply_attributes (owner, owner_id, attribute, value) values ('subscriber', 1, 'Framed-Pool', 'bob');
            select ensure_month_partition('sessions_closed', 'stopped_at', now() - interval '20 months');
            select ensure_month_partition('radius_logs', 'at', now() - interval '20 months');
            insert into sessions_closed (session_key, subscriber_id, username, state, stopped_at, framed_ip, mac_address) values
              (decode(md5('a'), 'hex'), 1, 'bob', 'closed', now() - interval '20 months', '192.0.2.1', '02:00:00:00:00:01'),
              (decode(md5('b'), 'hex'), 1, 'bob', 'closed', now() - interval '2 months', '192.0.2.2', '02:00:00:00:00:01');
            insert into radius_logs (at, username, subscriber_id, outcome, mac) values
              (now() - interval '20 months', 'bob', 1, 'accept', '02-00-00-00-00-01'),
              (now() - interval '20 months', 'bob', null, 'reject', '02-00-00-00-00-01'),
              (now() - interval '2 months', 'bob', 1, 'accept', '02-00-00-00-00-01')
            """)
    }

    private func erase() throws {
        try Erasure.run(connection, subscriber: 1, actor: ann, reason: "his request of 3 May")
    }

    private func names(_ table: String) throws -> [String] {
        try connection.query("select username from \(table) order by 1").map { $0.text(0) }
    }

    @Test func `a subscriber under a legal hold is not erased, nor one that is not there`() throws {
        let id = try LegalHolds.add(connection, actor: ann, subscriber: 1, caseNumber: "7 Js 12/26", reason: "by order")
        #expect(try Erasure.preview(connection, subscriber: 1).heldBy == ["7 Js 12/26"])
        let refusal = #expect(throws: RecordRefusal.self) { try erase() }
        #expect(refusal?.code == "legal_hold")
        #expect(try names("subscribers") == ["bob"])
        try LegalHolds.release(connection, id, actor: ann)
        try erase()
        let again = #expect(throws: RecordRefusal.self) { try erase() }
        #expect(again?.code == "erased")
        #expect(throws: RecordRefusal.self) { try Erasure.preview(connection, subscriber: 9) }
    }

    @Test func `a preview says what will happen and does nothing`() throws {
        let preview = try Erasure.preview(connection, subscriber: 1)
        #expect(
            preview.fields == ["email", "full_name", "mac_address", "notes", "password_sealed", "phone", "static_ip"])
        #expect(preview.sessionsNow == 1)
        #expect(preview.sessionsLater == 1)
        #expect(preview.loginsNow == 1)
        #expect(preview.loginsLater == 1)
        #expect(preview.auditRows == 1)
        #expect(preview.pseudonym == "erased-1")
        #expect(try names("subscribers") == ["bob"])
    }

    @Test func `personal data goes, his number and what the law wants stay`() throws {
        try erase()
        let row = try connection.query("select to_jsonb(s)::text from subscribers s")[0].text(0)
        for text in ["bob", "Builder", "0123", "02:00", "192.0.2.9", "late"] { #expect(!row.contains(text), "\(text)") }
        #expect(try connection.query("select deleted_at is not null, is_active from subscribers")[0].bool(0))
        #expect(try connection.query("select count(*) from reply_attributes")[0].int(0) == 0)
        #expect(try connection.query("select count(*) from address_holds where released_at is null")[0].int(0) == 0)
        #expect(try names("sessions_closed") == ["bob", "erased-1"])
        #expect(try names("radius_logs") == ["bob", "erased-1", "erased-1"])
        let old = try connection.query(
            "select subscriber_id, host(framed_ip), mac_address is null from sessions_closed where username = 'erased-1'"
        )[0]
        #expect("\(old.int(0)) \(old.text(1)) \(old.bool(2))" == "1 192.0.2.1 true")
    }

    @Test func `the audit log keeps who did what and when, without him, and its chain stays whole`() throws {
        try AuditChain.seal(connection)
        let exported = try AuditChain.head(connection)
        try erase()
        try AuditChain.seal(connection)
        let rows = try connection.query(
            "select actor || ' ' || action || ' ' || object_name from audit_log order by id")
        #expect(rows.map { $0.text(0) } == ["operator:ann add erased-1", "operator:ann erase erased-1"])
        let all = try connection.query("select string_agg(to_jsonb(a)::text, '') from audit_log a")[0].text(0)
        #expect(!all.contains("bob"))
        #expect(all.contains("his request"))
        let report = try AuditChain.verify(connection, known: exported)
        #expect(report.problem == nil)
        #expect(report.redacted == 1)
        // Redacting by hand is no erasure.
        #expect(throws: StoreError.self) { try connection.query("select audit_redact(2)") }
    }

    @Test func `what the law wanted gets the pseudonym when it is old enough, unless it is held by then`() throws {
        try erase()
        try Retention.apply(connection)
        #expect(try names("sessions_closed") == ["bob", "erased-1"])
        try connection.execute(
            """
            update erasures set erased_at = now() - interval '2 months';
            update system_preferences set value = '1' where name = 'statutory_months'
            """)
        let id = try LegalHolds.add(connection, actor: ann, subscriber: 1, caseNumber: "1", reason: "by order")
        try Retention.apply(connection)
        #expect(try names("sessions_closed") == ["bob", "erased-1"])
        try LegalHolds.release(connection, id, actor: ann)
        // Another has his name since.
        try connection.execute(
            """
            insert into subscribers (id, username) values (2, 'bob');
            insert into radius_logs (at, username, outcome) values (now() - interval '35 days', 'bob', 'reject')
            """)
        try Retention.apply(connection)
        #expect(try names("sessions_closed") == ["erased-1", "erased-1"])
        // Logins of twenty months ago went by `radius_log_months`.
        #expect(try names("radius_logs") == ["bob", "erased-1"])
        #expect(try connection.query("select username is null and finished_at is not null from erasures")[0].bool(0))
    }
}
