@testable import Control
import Store
import Support
import Testing
import Threads

@Suite struct AuditTests {
    private let database: TestDatabase
    private let connection: Connection
    private let ann = Actor("operator:ann", onBehalfOf: "customer:bob", source: "192.0.2.1", requestID: "r-7")

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
    }

    private func write(_ names: String...) throws {
        for name in names {
            try Audit.write(
                connection, ann, action: "set", kind: "nas", id: 1, name: name, before: #"{"a": 1}"#,
                after: #"{"a": 2}"#)
        }
    }

    /// As somebody does who owns the database.
    private func forge(_ sql: String) throws {
        try connection.execute(
            "alter table audit_log disable trigger all; alter table audit_chain disable trigger all; \(sql);"
                + "alter table audit_log enable trigger all; alter table audit_chain enable trigger all")
    }

    @Test func `a whole chain is whole`() throws {
        #expect(try AuditChain.verify(connection).problem == nil)
        try write("a", "b", "c")
        #expect(try AuditChain.verify(connection).unsealed == 3)
        #expect(try AuditChain.seal(connection) == 3)
        #expect(try AuditChain.seal(connection) == 0)
        try write("d")
        try AuditChain.seal(connection)
        let report = try AuditChain.verify(connection)
        #expect(report.problem == nil)
        #expect(report.links == 4)
        #expect(report.unsealed == 0)
        #expect(report.head == (try AuditChain.head(connection)))
        #expect(AuditHead(report.head.description) == report.head)
    }

    @Test(arguments: [
        (
            "update audit_log set actor = 'operator:eve' where id = 2",
            "row 2 of the audit log, or its link, was changed"
        ),
        (
            "update audit_log set at = at - interval '1 microsecond' where id = 2",
            "row 2 of the audit log, or its link, was changed"
        ),
        ("update audit_log set request_id = null where id = 2", "row 2 of the audit log, or its link, was changed"),
        ("update audit_log set after = '{\"a\": 3}' where id = 3", "row 3 of the audit log, or its link, was changed"),
        (
            "update audit_log set after = null, redacted_at = now() where id = 3",
            "row 3 of the audit log, or its link, was changed"
        ),
        ("delete from audit_log where id = 2", "row 2 of the audit log is missing"),
        ("delete from audit_log where id = 2; delete from audit_chain where audit_id = 2", "links 2 to 2 are missing"),
        ("delete from audit_log where id = 1; delete from audit_chain where audit_id = 1", "links 1 to 1 are missing"),
        (
            "delete from audit_log where id = 4; delete from audit_chain where audit_id = 4",
            "the chain ends at link 3, its head says 4"
        ),
        ("update audit_chain set hash = sha256('x') where seq = 4", "row 4 of the audit log, or its link, was changed"),
        (
            "insert into audit_log (actor, action, object_kind) values ('eve', 'set', 'nas')",
            "row 5 of the audit log was added beside the chain"
        ),
    ])
    func `what was forged is found, and named`(_ forgery: String, _ problem: String) throws {
        try write("a", "b", "c", "d")
        try AuditChain.seal(connection)
        try forge(forgery)
        #expect(try AuditChain.verify(connection).problem == problem)
    }

    @Test func `an end taken away together with the head is found by the head that was exported`() throws {
        try write("a", "b", "c")
        try AuditChain.seal(connection)
        let known = try AuditChain.head(connection)
        try write("d")
        try AuditChain.seal(connection)
        #expect(try AuditChain.verify(connection, known: known).problem == nil)
        try forge(
            """
            delete from audit_log where id >= 3; delete from audit_chain where audit_id >= 3;
            update audit_head set seq = 2, hash = (select hash from audit_chain where seq = 2)
            """)
        #expect(try AuditChain.verify(connection).problem == nil)
        #expect(try AuditChain.verify(connection, known: known).problem?.contains("was taken away") == true)
        // Written anew up to the same length.
        try write("x", "y")
        try AuditChain.seal(connection)
        #expect(try AuditChain.verify(connection).problem == nil)
        #expect(try AuditChain.verify(connection, known: known).problem == "link 3 is another than was exported")
    }

    @Test func `a row that is committed late is sealed when it comes, and nobody waits`() throws {
        let late = try database.connect()
        try late.execute("begin; insert into audit_log (actor, action, object_kind) values ('late', 'set', 'nas')")
        try write("a")
        #expect(try AuditChain.seal(connection) == 1)
        try late.execute("commit")
        #expect(try AuditChain.seal(connection) == 1)
        #expect(try connection.query("select audit_id from audit_chain order by seq").map { $0.int(0) } == [2, 1])
        #expect(try AuditChain.verify(connection).problem == nil)
    }

    @Test(arguments: [
        "update audit_log set actor = 'x'", "delete from audit_log", "truncate audit_log",
        "update audit_chain set seq = 9",
        "delete from audit_chain", "delete from audit_unsealed", "update audit_head set seq = 0",
        "insert into audit_chain (seq, audit_id, hash) values (9, 9, sha256('x'))",
        "alter table audit_log disable trigger all",
        "select set_config('tollkeeper.audit_door', 'open', false); delete from audit_log",
        "drop table audit_chain", "update schema_migrations set checksum = ''",
    ])
    func `the server's role may only add`(_ sql: String) throws {
        try write("a")
        try AuditChain.seal(connection)
        let server = try database.connect()
        try server.execute("set role tollkeeper_server")
        let refusal = #expect(throws: StoreError.self) { try server.execute(sql) }
        #expect(refusal?.sqlState == "42501")
        #expect(try AuditChain.verify(connection).links == 1)
    }

    @Test func `under the server's role rows are added, sealed and verified`() throws {
        let server = try database.connect()
        try server.execute("set role tollkeeper_server")
        try Audit.write(server, ann, action: "add", kind: "nas", id: 1, name: "bng")
        #expect(try AuditChain.seal(server) == 1)
        #expect(try AuditChain.verify(server).problem == nil)
    }

    @Test func `secrets are masked by their names, and that they changed is seen`() throws {
        try Audit.write(
            connection, ann, action: "set", kind: "nas", id: 1, name: "bng",
            before:
                #"{"name": "bng", "secret_sealed": "01ab", "password": null, "totp": "same", "nested": [{"api_key": "k"}]}"#,
            after:
                #"{"name": "bng2", "secret_sealed": "02cd", "password": "p", "totp": "same", "has_secret": true, "password_kind": "nt"}"#
        )
        let row = try connection.query(
            "select before::text, after::text, audit_diff(before, after)::text from audit_log")[0]
        #expect(
            row.text(0)
                == #"{"name": "bng", "totp": "***", "nested": [{"api_key": "***"}], "password": null, "secret_sealed": "***"}"#
        )
        #expect(
            row.text(1)
                == #"{"name": "bng2", "totp": "***", "password": "*** changed", "has_secret": true, "password_kind": "nt", "secret_sealed": "*** changed"}"#
        )
        #expect(try Audit.diff(connection, id: 1)?.contains(#""name": ["bng", "bng2"]"#) == true)
        #expect(try Audit.diff(connection, id: 1)?.contains("totp") == false)
    }

    @Test func `who, for whom, from where and under which request is kept`() throws {
        try write("a")
        try Audit.mark(connection, request: "r-8")
        try connection.query("insert into audit_log (actor, action, object_kind) values ('a', 'set', 'nas')")
        try Audit.write(connection, .system, action: "set", kind: "nas", id: nil, name: nil)
        try Audit.mark(connection, request: nil)
        try connection.query("insert into audit_log (actor, action, object_kind) values ('a', 'set', 'nas')")
        let rows = try connection.query("select actor, on_behalf_of, source, request_id from audit_log order by id")
        #expect(
            rows.map { row in (0..<4).map { row.optionalText($0) ?? "-" }.joined(separator: " ") } == [
                "operator:ann customer:bob 192.0.2.1 r-7", "a - - r-8", "system - - r-8", "a - - -",
            ])
    }

    @Test func `a change of a record says what was before and after`() throws {
        let records = Records(connection, actor: ann) { plain, _ in plain }
        let id = try records.addNAS("bng", secret: "a long enough secret", [("ip", .inet("192.0.2.1"))])
        try records.setNAS("bng", secret: "another long secret", keepsOldSecret: false, [("description", .text("x"))]) {
            sealed, _ in sealed
        }
        #expect(id == 1)
        let diff = try #require(try Audit.diff(connection, id: 2))
        #expect(diff.contains(#""description": [null, "x"]"#))
        #expect(diff.contains(#""secret_sealed": ["***", "*** changed"]"#))
        #expect(try connection.query("select count(*) from audit_log where after::text like '%long%'")[0].int(0) == 0)
    }

    @Test func `the head is told to every witness, and again later where one did not take it`() throws {
        let (log, away) = (Witness("syslog"), Witness("webhook"))
        away.isAway.withLock { $0 = true }
        try write("a")
        try Jobs.enqueue(connection, AuditExport.kind, title: "head", actor: .system, at: 0)
        let clock = TestClock()
        let desk = JobDesk([AuditExport([log, away])], runner: "one", clock: { _ in clock.now }, random: { 0 })
        let work = try database.connect()
        #expect(try desk.runNext(work) { work })
        #expect(try connection.query("select state || ': ' || error from jobs")[0].text(0) == "queued: webhook: away")
        away.isAway.withLock { $0 = false }
        clock.advance(seconds: 5)
        #expect(try desk.runNext(work) { work })
        let head = try AuditChain.head(connection)
        #expect(head.seq == 1)
        #expect(away.told.withLock { $0 } == [head])
        #expect(log.told.withLock { $0 } == [head, head])
    }
}

private final class Witness: AuditWitness {
    struct Away: Error, CustomStringConvertible { let description = "away" }
    let name: String
    let isAway = Locked(false)
    let told = Locked<[AuditHead]>([])
    init(_ name: String) { self.name = name }

    func tell(_ head: AuditHead) throws {
        if isAway.withLock({ $0 }) { throw Away() }
        told.withLock { $0.append(head) }
    }
}
