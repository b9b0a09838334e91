import HTTP
import PluginAPI
import Store
import Support
import Testing

@testable import Control

/// The check of the audit log as the API starts it: a job, since it takes as long as the log is.
@Suite struct AuditVerifyTests {
    private let desk: APIDesk

    init() throws {
        desk = try APIDesk()
        try desk.connection.execute(
            """
            insert into operators (id, username, password_scrypt, must_change) values (1, 'ann', 'x', false);
            insert into operator_roles (operator_id, role_id) select 1, id from roles where builtin = 'administrator'
            """)
        for name in ["a", "b", "c"] {
            try Audit.write(desk.connection, .system, action: "add", kind: "nas", id: 1, name: name)
        }
        try AuditChain.seal(desk.connection)
    }

    @discardableResult
    private func start(_ body: String = "{}") throws -> Answer { try desk.call(.post, "/audit/verify", body: body) }

    private func run() throws {
        desk.clock.advance(seconds: 100 * 86400)
        let jobs = JobDesk(
            AllEndpoints.jobKinds(desk.house), runner: "one", clock: { _ in desk.clock.now }, random: { 0 })
        #expect(try jobs.runNext(try desk.database.connect()) { try desk.database.connect() })
    }

    private func outcome(_ member: String) throws -> String? { try desk.text("select result->>'\(member)' from jobs") }

    @Test func `it is answered at once, with the job that does it`() throws {
        let answer = try start()
        #expect(answer.json?.text == #"{"job_id":1}"#)
        #expect(answer.headers.contains { $0 == ("Location", "/api/v1/jobs/1") })
        try run()
        #expect(try desk.text("select state from jobs") == "done")
        #expect(try outcome("is_whole") == "true" && outcome("links") == "3")
        #expect(try desk.text("select count(*) from job_rows") == "0")
        // Who watches it sees what came of it.
        let seen = try desk.call(.get, "/jobs/{id}", ["id": "1"]).json?.text
        #expect(
            seen?.contains(#""is_whole": true"#) == true || seen?.contains(#""is_whole":true"#) == true, "\(seen ?? "")"
        )
    }

    @Test func `the first entry that was changed is its row`() throws {
        try desk.connection.execute(
            """
            alter table audit_log disable trigger all;
            update audit_log set actor = 'operator:eve' where id = 2;
            alter table audit_log enable trigger all
            """)
        try start()
        try run()
        let problem = "row 2 of the audit log, or its link, was changed"
        #expect(try desk.text("select number || ' ' || is_ok || ' ' || message from job_rows") == "2 false \(problem)")
        #expect(try outcome("is_whole") == "false" && outcome("problem") == problem && outcome("audit_id") == "2")
    }

    @Test func `a head that was exported finds an end that is another`() throws {
        let hash = String(repeating: "0", count: 64)
        try start("{\"known_seq\":3,\"known_hash\":\"\(hash)\"}")
        try run()
        #expect(try outcome("problem") == "link 3 is another than was exported")
    }

    @Test(arguments: [
        #"{"known_seq":3}"#, "{\"known_hash\":\"\(String(repeating: "0", count: 64))\"}",
        "{\"known_seq\":3,\"known_hash\":\"\(String(repeating: "x", count: 64))\"}",
        #"{"known_seq":3,"known_hash":"0"}"#,
    ])
    func `half a head, or one that is none, starts nothing`(_ body: String) throws {
        #expect(desk.refusal { try start(body) } == "422 invalid")
        #expect(try desk.text("select count(*) from jobs") == "0")
    }

    @Test func `who may no longer check it does not by a job of before`() throws {
        try start()
        try desk.connection.execute("delete from operator_roles")
        try run()
        #expect(
            try desk.text("select state || ': ' || error from jobs") == "failed: who started it may no longer do this")
    }
}
