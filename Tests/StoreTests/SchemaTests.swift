import Store
import Support
import Testing

@Suite struct SchemaTests {
    @Test func `Every table has its tenant`() throws {
        let database = try TestDatabase()
        let missing = try database.connect().query(
            """
            SELECT c.relname::text FROM pg_class c
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND c.relname NOT IN ('tenants', 'schema_migrations', 'schema_requirements')
              AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')
            """)
        #expect(missing.map { $0.text(0) } == [])
    }

    @Test func `A session closed for a day moves to its month and stays in the view`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.query(
            """
            INSERT INTO sessions_live (session_key, username, state, stopped_at, input_octets) VALUES
            (decode(md5('a'), 'hex'), 'ann', 'closed', now() - interval '25 hours', 5000000000),
            (decode(md5('b'), 'hex'), 'ann', 'closed', now() - interval '23 hours', 1),
            (decode(md5('c'), 'hex'), 'ann', 'live', NULL, 1)
            """)
        #expect(try connection.query("SELECT move_closed_sessions()")[0].int(0) == 1)
        #expect(try connection.query("SELECT count(*) FROM sessions_live")[0].int(0) == 2)
        #expect(try connection.query("SELECT count(*) FROM sessions")[0].int(0) == 3)
        #expect(try connection.query("SELECT input_octets FROM sessions_closed")[0].int(0) == 5_000_000_000)
        #expect(try connection.query("SELECT count(*) FROM sessions_closed_other")[0].int(0) == 0)
    }

    @Test func `A late partition takes the rows that came before it`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.query("INSERT INTO radius_logs (at, outcome) VALUES ('2031-05-05', 'accept')")
        try connection.query("SELECT ensure_month_partition('radius_logs', 'at', '2031-05-20')")
        #expect(try connection.query("SELECT count(*) FROM radius_logs_other")[0].int(0) == 0)
        #expect(try connection.query("SELECT count(*) FROM radius_logs_2031_05")[0].int(0) == 1)
    }

    @Test func `The audit log only grows`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.query("INSERT INTO audit_log (actor, action, object_kind) VALUES ('a', 'set', 'nas')")
        for change in ["UPDATE audit_log SET actor = 'b'", "DELETE FROM audit_log", "TRUNCATE audit_log"] {
            let failure = #expect(throws: StoreError.self) { try connection.query(change) }
            #expect(failure?.kind == .refused)
        }
    }

    @Test func `Two NAS behind one address are told apart by identifier only`() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        let insert = "INSERT INTO nas_devices (name, ip, nas_identifier) VALUES ($1, '192.0.2.1', $2)"
        try connection.query(insert, ["a", "one"])
        try connection.query(insert, ["b", "two"])
        #expect(throws: StoreError.self) { try connection.query(insert, ["c", "two"]) }
        try connection.query("UPDATE nas_devices SET deleted_at = now() WHERE name = 'b'")
        try connection.query(insert, ["c", "two"])
    }
}
