import Store
import Support
import Testing

@testable import Control

/// How the rows behind a total are counted.
@Suite struct ListCountTests {
    private let connection: Connection

    init() throws {
        connection = try TestDatabase().connect()
        try connection.execute(
            """
            -- VACUUM takes rows for seen by all once their commit is on disk.
            SET synchronous_commit = on; SET session_replication_role = replica;
            INSERT INTO resellers (id, name, path) VALUES (1, 'one', '1/');
            INSERT INTO sessions_closed (session_key, username, nas_id, acct_session_id, stopped_at, reseller_path, state)
              SELECT decode(md5(n::text), 'hex'), 'u' || n, 1 + n % 20, 'a' || n, now() - interval '3 days', '1/', 'closed'
                FROM generate_series(1, 40000) n;
            SET session_replication_role = origin;
            """)
        try connection.execute("VACUUM ANALYZE sessions_closed")
    }

    @Test(arguments: [Scope.house, Scope(resellerID: 1, path: "1/")])
    func `closed sessions of a router are counted in the index, without a look at a row`(_ scope: Scope) throws {
        let reader = try ListReader(connection, scope, permissions: [])
        let query = try reader.query(.sessionHistory, [("nas", "1")])
        let count = try reader.statement(.sessionHistory, query).count(limit: ListTotal.mostExact + 1)
        let plan = try connection.query("EXPLAIN (ANALYZE) " + count.sql, count.parameters).map { $0.text(0) }
        #expect(plan.contains { $0.contains("Index Only Scan") && $0.contains("_nas_id_stopped_at") }, "\(plan)")
        #expect(plan.contains { $0.contains("Heap Fetches: 0") }, "\(plan)")
        #expect(!plan.contains { $0.contains("Bitmap") }, "\(plan)")
        #expect(try reader.page(.sessionHistory, query).total == 2000)
    }
}
