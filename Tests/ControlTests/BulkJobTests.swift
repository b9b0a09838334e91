@testable import Control
import HTTP
import PluginAPI
import Store
import Support
import Testing

/// Bulk actions and imports: a count first, then a job that does each row once.
@Suite struct BulkJobTests {
    private let desk: APIDesk

    init() throws {
        desk = try APIDesk()
        try desk.connection.execute(
            """
            insert into operators (id, username, password_scrypt, must_change) overriding system value
            values (1, 'ann', 'x', false);
            insert into operator_roles (operator_id, role_id) select 1, id from roles where builtin = 'administrator';
            insert into services (id, name) overriding system value values (1, 'gold');
            insert into service_tiers (service_id, position, name) values (1, 0, 'normal');
            insert into resellers (id, name, path) overriding system value values (5, 'r', '5/');
            insert into subscribers (id, username, service_id, reseller_id) overriding system value
            select n, 'user' || n, 1, case when n > 250 then 5 end from generate_series(1, 300) n;
            select setval(pg_get_serial_sequence('subscribers', 'id'), 300);
            """)
    }

    private func run(_ kinds: [any JobKind]? = nil) throws -> Bool {
        // The queue's own time is the database's.
        desk.clock.advance(seconds: 100 * 86400)
        let jobs = JobDesk(
            kinds ?? AllEndpoints.jobKinds(desk.house), runner: "one", clock: { _ in desk.clock.now }, random: { 0 })
        return try jobs.runNext(try desk.database.connect()) { try desk.database.connect() }
    }

    private var reseller: Principal { APIDesk.somebody(APIDesk.all, Scope(resellerID: 5, path: "5/")) }

    @Test func `The count that is shown is the count that is done`() throws {
        let preview = try desk.call(.post, "/subscribers/bulk/preview", body: "{\"filter\":{\"service\":1}}")
        #expect(preview.json?.text == "{\"count\":300}")
        try desk.call(.post, "/subscribers/bulk", body: "{\"filter\":{\"service\":1},\"action\":\"suspend\"}")
        #expect(try run())
        #expect(try desk.text("select state || ' ' || rows_ok || ' ' || rows_failed from jobs") == "done 300 0")
        #expect(try desk.text("select count(*) from subscribers where is_active") == "0")
        #expect(try desk.text("select count(*) from audit_log where request_id = 'r-1' and action = 'set'") == "300")
    }

    @Test func `A reseller's filter reaches his own, and a foreign id none`() throws {
        #expect(
            desk.refusal {
                try desk.call(
                    .post, "/subscribers/bulk", body: "{\"ids\":[1,260],\"action\":\"suspend\"}", as: reseller)
            } == "404 not_found")
        #expect(try desk.text("select count(*) from jobs") == "0")
        try desk.call(.post, "/subscribers/bulk", body: "{\"filter\":{},\"action\":\"suspend\"}", as: reseller)
        #expect(try run())
        #expect(try desk.text("select count(*) from subscribers where not is_active") == "50")
    }

    @Test func `What an action needs is asked for before a job is made`() throws {
        for (body, outcome) in [
            ("{\"ids\":[1],\"action\":\"renew\"}", "422 invalid"), ("{\"action\":\"suspend\"}", "422 invalid"),
            ("{\"ids\":[1],\"filter\":{},\"action\":\"suspend\"}", "422 invalid"),
            ("{\"ids\":[1],\"action\":\"set-service\",\"service_id\":99}", "404 not_found"),
            ("{\"filter\":{\"service\":99},\"action\":\"suspend\"}", "409 nothing"),
        ] {
            #expect(desk.refusal { try desk.call(.post, "/subscribers/bulk", body: body) } == outcome, "\(body)")
        }
        #expect(try desk.text("select count(*) from jobs") == "0")
    }

    @Test func `To remove many needs the permission to remove one`() throws {
        let clerk = APIDesk.somebody(["subscribers.edit", "subscribers.view"])
        #expect(
            desk.refusal {
                try desk.call(.post, "/subscribers/bulk", body: "{\"ids\":[1],\"action\":\"remove\"}", as: clerk)
            } == "403 forbidden")
    }

    @Test func `Who may no longer do it does not do it by a job that he started before`() throws {
        try desk.call(.post, "/subscribers/bulk", body: "{\"filter\":{},\"action\":\"suspend\"}")
        try desk.connection.execute("delete from operator_roles")
        #expect(try run())
        #expect(try desk.text("select state from jobs") == "failed")
        #expect(try desk.text("select count(*) from subscribers where not is_active") == "0")
    }

    @Test func `One that is refused does not hold up the others, and is named`() throws {
        try desk.call(
            .post, "/subscribers/bulk", body: "{\"ids\":[1,2,3],\"action\":\"renew\",\"days\":30}")
        try desk.connection.execute("update subscribers set deleted_at = now() where id = 2")
        #expect(try run())
        #expect(try desk.text("select state || ' ' || rows_ok || ' ' || rows_failed from jobs") == "done 2 1")
        #expect(try desk.text("select name from job_rows where not is_ok") == "2")
        #expect(try desk.text("select count(*) from subscribers where expiry_date is not null") == "2")
    }

    @Test func `An import is all or none, once, and its file is gone`() throws {
        func start(_ csv: String) throws {
            let upload = try Uploads.keep(Array(csv.utf8), desk.connection, desk.house.seal)
            try Jobs.enqueue(
                desk.connection, ImportJob.kind, title: "Import", arguments: .object([("upload", .integer(upload))]),
                actor: Actor("operator:ann"))
        }
        try start("username,service\nnew1,gold\nnew2,none\n")
        #expect(try run())
        #expect(try desk.text("select state from jobs order by id desc limit 1") == "failed")
        #expect(try desk.text("select message from job_rows")?.contains("no service `none`") == true)
        try start("username,password,service\nnew1,secret,gold\nnew2,secret,gold\n")
        #expect(try run())
        let state = try desk.text("select state || coalesce(' ' || error, '') from jobs order by id desc limit 1")
        #expect(state == "done")
        #expect(try desk.text("select count(*) from subscribers where username like 'new%'") == "2")
        #expect(try desk.text("select count(*) from uploads") == "0")
    }
}
