@testable import Control
import Store
import Support
import Testing

@Suite struct RetentionHoldTests {
    private let database: TestDatabase
    private let connection: Connection
    private let ann = Actor("operator:ann")

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
        try connection.execute(
            """
            insert into subscribers (id, username) values (1, 'held'), (2, 'free');
            update system_preferences set value = '12' where name in ('sessions_months', 'radius_log_months')
            """)
    }

    private func month(_ ago: Int) -> String {
        "date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' - interval '\(ago) months'"
    }

    /// A session and a login of each subscriber, and a login of an unknown user with the held one's name.
    private func history(_ ago: Int) throws {
        try connection.execute(
            """
            select ensure_month_partition('sessions_closed', 'stopped_at', \(month(ago)));
            select ensure_month_partition('radius_logs', 'at', \(month(ago)));
            insert into sessions_closed (session_key, subscriber_id, username, state, stopped_at)
            select decode(md5(\(ago) || username), 'hex'), id, username, 'closed', \(month(ago)) from subscribers;
            insert into radius_logs (at, username, subscriber_id, outcome)
            select \(month(ago)), username, id, 'accept' from subscribers;
            insert into radius_logs (at, username, outcome) values (\(month(ago)), 'held', 'reject'), (\(month(ago)), null, 'reject')
            """)
    }

    private func left(_ table: String) throws -> [String] {
        try connection.query("select coalesce(username, '-') from \(table) order by 1").map { $0.text(0) }
    }

    private func hold(_ subscriber: Int64?, until: Int64? = nil) throws -> Int64 {
        try LegalHolds.add(
            connection, actor: ann, subscriber: subscriber, caseNumber: "7 Js 12/26", reason: "by order", until: until)
    }

    @Test func `a hold without a case, a reason or a subscriber that there is, is refused`() throws {
        for (number, reason) in [("", "why"), ("1", "")] {
            #expect(throws: RecordRefusal.self) {
                try LegalHolds.add(connection, actor: ann, subscriber: 1, caseNumber: number, reason: reason)
            }
        }
        #expect(throws: RecordRefusal.self) { try hold(99) }
        #expect(throws: RecordRefusal.self) { try LegalHolds.release(connection, 1, actor: ann) }
    }

    @Test func `months that are over go; what is held stays, and goes when the hold is released`() throws {
        try history(20)
        try history(2)
        let id = try hold(1)
        try Retention.apply(connection)
        #expect(try left("sessions_closed") == ["free", "held", "held"])
        #expect(try left("radius_logs") == ["-", "free", "held", "held", "held", "held"])
        try LegalHolds.release(connection, id, actor: ann)
        try Retention.apply(connection)
        #expect(try left("sessions_closed") == ["free", "held"])
        #expect(try left("radius_logs") == ["-", "free", "held", "held"])
        let audit = try connection.query("select action from audit_log order by id").map { $0.text(0) }
        #expect(audit == ["add", "release"])
    }

    @Test func `while everybody is held nothing goes; a hold that is over holds nothing`() throws {
        try history(20)
        let id = try hold(nil)
        try Retention.apply(connection)
        #expect(try left("sessions_closed") == ["free", "held"])
        try connection.query("update legal_holds set until = now() - interval '1 second' where id = $1", [.int(id)])
        try Retention.apply(connection)
        #expect(try left("sessions_closed") == [])
    }

    @Test(arguments: ["0", "", "-1", "all"])
    func `sessions are kept where the number of months is none`(_ value: String) throws {
        try history(90)
        try connection.query("update system_preferences set value = $1 where name = 'sessions_months'", [.text(value)])
        try Retention.apply(connection)
        #expect(try left("sessions_closed") == ["free", "held"])
    }

    @Test func `jobs that are over and deliveries that are done go by their months`() throws {
        try connection.execute(
            """
            insert into jobs (kind, title, actor, state, finished_at) values
              ('old', '', 'a', 'done', now() - interval '8 months'), ('new', '', 'a', 'done', now());
            insert into jobs (kind, title, actor, created_at) values ('waits', '', 'a', now() - interval '8 months');
            insert into webhooks (id, name, url, topics, operator_id) values (1, 'w', 'https://example.net/', '{*}', 1);
            insert into webhook_deliveries (webhook_id, topic, payload, state, created_at) values
              (1, 'old', '', 'delivered', now() - interval '3 months'), (1, 'owed', '', 'pending', now() - interval '3 months'),
              (1, 'new', '', 'delivered', now())
            """)
        try Retention.apply(connection)
        #expect(try connection.query("select kind from jobs order by 1").map { $0.text(0) } == ["new", "waits"])
        #expect(
            try connection.query("select topic from webhook_deliveries order by 1").map { $0.text(0) } == [
                "new", "owed",
            ])
    }

    @Test func `the audit log is cut at its beginning and stays whole; never below six months, never what is held`()
        throws
    {
        let add =
            "insert into audit_log (at, actor, action, object_kind, object_id) values (now() - interval '20 months', 'a', 'set', $1, $2)"
        try connection.query(add, ["nas", .int(1)])
        try connection.query(add, ["subscriber", .int(2)])
        try connection.query(add, ["subscriber", .int(1)])
        try connection.query(add, ["nas", .int(2)])
        try AuditChain.seal(connection)
        let exported = try AuditChain.head(connection)
        try connection.execute("update system_preferences set value = '12' where name = 'audit_months'")
        let id = try hold(1)
        try Retention.apply(connection)
        #expect(
            try connection.query("select object_kind || ' ' || object_id from audit_log where id <= 4 order by id").map
            { $0.text(0) } == ["subscriber 1", "nas 2"])
        try AuditChain.seal(connection)
        #expect(try AuditChain.verify(connection, known: exported).problem == nil)
        try LegalHolds.release(connection, id, actor: ann)
        try Retention.apply(connection)
        try AuditChain.seal(connection)
        let report = try AuditChain.verify(connection, known: exported)
        #expect(report.problem == nil)
        #expect(report.cut == 4)
        #expect(throws: StoreError.self) { try connection.query("select audit_forget(now() - interval '5 months')") }
        // What was cut can't be made up.
        #expect(try AuditChain.verify(connection, known: AuditHead(seq: 4, hash: exported.hash)).problem == nil)
        let forged = String(repeating: "0", count: 64)
        #expect(try AuditChain.verify(connection, known: AuditHead(seq: 4, hash: forged)).problem != nil)
    }
}
