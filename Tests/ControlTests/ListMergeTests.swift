import HTTP
import Store
import Support
import Testing

@testable import Control

/// Lists of resellers with many below them, of whom one has half of all rows and the others a few each: 64 are merged (4 of
/// what is partitioned), of more the ones on the page are found first.
@Suite struct ListMergeTests {
    /// How many resellers there are below each, himself among them.
    private static let trees = [1000: 64, 2000: 65, 3000: 400]
    private static let scopes = trees.keys.sorted().map { Scope(resellerID: Int64($0), path: "\($0)/") }
    private static let page = 50
    private static let most = 50 * page
    private let connection: Connection

    init() throws {
        connection = try TestDatabase().connect()
        try connection.execute("SET session_replication_role = replica")
        for (root, count) in ListMergeTests.trees { try connection.execute(ListMergeTests.data(root, count)) }
        try connection.execute("SET session_replication_role = origin; ANALYZE")
    }

    private static func data(_ root: Int, _ count: Int) -> String {
        """
        INSERT INTO resellers (id, name, path) VALUES (\(root), 'root\(root)', '\(root)/');
        INSERT INTO resellers (id, name, parent_id, path)
          SELECT n, 'below' || n, \(root), '\(root)/' || n || '/' FROM generate_series(\(root + 1), \(root + count - 1)) n;
        INSERT INTO services (id, name) VALUES (\(root), 's\(root)');
        INSERT INTO nas_devices (id, name, ip) VALUES (\(root), 'n\(root)', '10.0.0.0'::inet + \(root));
        INSERT INTO subscribers (id, username, service_id, is_active, expiry_date, created_at, reseller_id, reseller_path)
          SELECT \(root) * 10000 + n, 'user' || md5(n::text) || \(root), \(root), n % 20 > 0,
                 CASE WHEN n % 9 > 0 THEN now() + (n * 7 % 400 - 300) * interval '1 day' END, now() - n * interval '1 hour',
                 owner, CASE WHEN owner = \(root) THEN '\(root)/' ELSE '\(root)/' || owner || '/' END
            FROM (SELECT n, CASE WHEN n % 2 = 0 THEN \(root + 1) ELSE \(root) + n / 2 % \(count) END AS owner
                    FROM generate_series(1, 6000) n) AS o;
        INSERT INTO sessions_live (session_key, username, subscriber_id, nas_id, acct_session_id, started_at, reseller_path)
          SELECT decode(md5('live' || id), 'hex'), username, id, \(root), 'a' || id, now() - id % 999 * interval '1 minute',
                 reseller_path
            FROM subscribers WHERE id / 10000 = \(root) AND id % 3 = 0;
        INSERT INTO sessions_closed (session_key, username, subscriber_id, nas_id, acct_session_id, started_at, stopped_at,
                                     reseller_path, state)
          SELECT decode(md5(m || '.' || id), 'hex'), username, id, \(root), 'c' || id, now() - m * interval '50 days',
                 now() - m * interval '30 days' - id % 700 * interval '1 minute', reseller_path, 'closed'
            FROM subscribers, generate_series(0, 1) m WHERE id / 10000 = \(root);
        INSERT INTO radius_logs (at, username, subscriber_id, nas_id, outcome, reseller_path)
          SELECT now() - id % 60 * interval '1 day', username, id, \(root), 'accept', reseller_path
            FROM subscribers WHERE id / 10000 = \(root);
        """
    }

    private static let values: [String: String] = [
        "is_active": "false", "status": "expired", "outcome": "accept",
    ]

    /// Each declared pair whose filters have a value here, both ways.
    private func each(_ body: (ListSpec, Scope, [(name: String, value: String)]) throws -> Void) rethrows {
        for spec in ListSpec.all where !spec.isSmall {
            guard case .path = spec.kind.rule else { continue }
            for scope in ListMergeTests.scopes {
                for pair in spec.fast {
                    let filters = pair.filters.compactMap { name in
                        let value =
                            ["service", "nas"].contains(name) ? "\(scope.resellerID ?? 0)" : ListMergeTests.values[name]
                        return value.map { (name: name, value: $0) }
                    }
                    guard filters.count == pair.filters.count else { continue }
                    for sign in ["", "-"] { try body(spec, scope, filters + [(name: "sort", value: sign + pair.sort)]) }
                }
            }
        }
    }

    @Test func `a page of many resellers is what all of their rows in order begin with, wherever it begins`() throws {
        var tried = 0
        try each { spec, scope, pairs in
            let reader = try ListReader(connection, scope, permissions: [])
            var query = try reader.query(spec, pairs)
            var sql = SQLText()
            let all = try reader.statement(spec, query).everything(["r.id::text"], &sql)
            let ids = try connection.query("\(all) LIMIT 160", sql.parameters).map { $0.text(0) }
            query.columns = spec.columns.filter { $0.name == "id" }
            var found: [String] = []
            for _ in 0..<3 {
                let page = try reader.page(spec, query)
                found += page.items.map(\.text)
                guard let next = page.next else { break }
                query.after = ListCursor(next, list: spec.name, sort: query.sort.name, descends: query.descends)
            }
            let expected = ids.prefix(150).map { "{\"id\":\($0)}" }
            #expect(found == expected, "\(spec.name) \(pairs) scope \(scope.path)")
            tried += 1
        }
        #expect(tried > 50)
    }

    @Test func `a page of 64, 65 and 400 resellers touches at most 50 rows and buffers for each of its own`() throws {
        try each { spec, scope, pairs in
            let reader = try ListReader(connection, scope, permissions: [])
            let query = try reader.query(spec, pairs)
            let whole = try reader.statement(spec, query)
            for stretch in ListStretch.following(nil, query.sort, descends: query.descends) {
                let what = "\(spec.name) \(pairs) scope \(scope.path)"
                let cost = try PlanCost.page(connection, whole, stretch, limit: ListMergeTests.page + 1)
                #expect(cost.rows <= ListMergeTests.most, "\(what): \(cost.rows) rows\n\(cost.plan)")
                #expect(cost.buffers <= ListMergeTests.most, "\(what): \(cost.buffers) buffers\n\(cost.plan)")
            }
        }
    }

    @Test func `of what is partitioned a page is planned for four resellers at most`() throws {
        let reader = try ListReader(connection, ListMergeTests.scopes[0], permissions: [])
        for spec in [ListSpec.sessionHistory, .logins] {
            let query = try reader.query(spec, [])
            let statement = try reader.statement(spec, query)
            let crowd = try #require(statement.scope.crowd(spec.kind))
            let stretch = try #require(ListStretch.following(nil, query.sort, descends: query.descends).first)
            let first = statement.first(501, of: crowd, stretch, descends: query.descends)
            let rows = statement.rows(of: crowd, stretch, limit: 501, descends: query.descends)
            for text in [first.sql, rows.sql] {
                #expect(text.split(separator: "FROM \(spec.kind.table) ").count - 1 <= ListScope.mostMerged(spec.kind))
            }
        }
    }
}
