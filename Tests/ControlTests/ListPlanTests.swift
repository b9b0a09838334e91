import Store
import Support
import Testing

@testable import Control

/// What each declared pair of filters and sort costs, on data as uneven as an ISP's: one reseller has nine tenths, a
/// hundred have a few each, one sells through twelve below him.
@Suite struct ListPlanTests {
    private static let page = 50
    /// Rows and buffers that a page may touch.
    private static let most = 50 * page
    private let connection: Connection

    /// Values worth trying of a filter: common ones and rare ones.
    private static let values: [String: [String]] = [
        "service": ["1", "20"], "is_active": ["true", "false"], "status": ["active", "expired", "disabled"],
        "q": ["person 4", "person 49999", "example.net"], "nas": ["1", "9"], "subscriber": ["1", "77"],
        "username": ["user00001", "user00077"], "ip": ["100.64.0.1"], "outcome": ["accept", "reject"],
        "reason": ["expired", "no-such-user"], "kind": ["nas"], "object": ["3"], "actor": ["operator:1"],
    ]
    private static let scopes = [
        Scope.house, Scope(resellerID: 1, path: "1/"), Scope(resellerID: 5, path: "5/"),
        Scope(resellerID: 200, path: "200/"),
    ]

    init() throws {
        connection = try TestDatabase().connect()
        try connection.execute(ListPlanTests.data)
    }

    private static let data = """
        SET session_replication_role = replica;
        INSERT INTO resellers (id, name, path) SELECT n, 'r' || n, n || '/' FROM generate_series(1, 100) n;
        INSERT INTO resellers (id, name, path) VALUES (200, 'many', '200/');
        INSERT INTO resellers (id, name, parent_id, path)
          SELECT n, 'm' || n, 200, '200/' || n || '/' FROM generate_series(201, 212) n;
        INSERT INTO services (id, name) SELECT n, 's' || n FROM generate_series(1, 20) n;
        INSERT INTO nas_devices (id, name, ip) SELECT n, 'n' || n, '10.0.0.0'::inet + n FROM generate_series(1, 9) n;
        INSERT INTO subscribers (id, username, full_name, email, service_id, is_active, expiry_date, created_at,
                                 reseller_id, reseller_path)
          SELECT n, 'user' || lpad(n::text, 5, '0'), 'Person ' || n, 'p' || n || '@example.net',
                 CASE WHEN n % 100 = 0 THEN 20 ELSE 1 + n % 3 END, n % 200 > 0,
                 CASE WHEN n % 9 > 0 THEN now() + (n % 400 - 300) * interval '1 day' END,
                 now() - (n / 5000) * interval '1 day', owner,
                 CASE WHEN owner > 200 THEN '200/' || owner || '/' ELSE owner || '/' END
            FROM (SELECT n, CASE WHEN n % 10 > 0 THEN 1 WHEN n % 30 = 0 THEN 201 + n / 30 % 12 ELSE 1 + n / 10 % 100 END AS owner
                    FROM generate_series(1, 40000) n) AS o;
        INSERT INTO sessions_live (session_key, username, subscriber_id, nas_id, acct_session_id, framed_ip, started_at,
                                   reseller_path, state, stopped_at)
          SELECT decode(md5('live' || id), 'hex'), username, id, CASE WHEN id % 50 = 0 THEN 9 ELSE 1 END, 'a' || id,
                 '100.64.0.0'::inet + id, now() - id % 999 * interval '1 minute', reseller_path,
                 CASE WHEN id % 5 = 0 THEN 'closed' ELSE 'live' END, CASE WHEN id % 5 = 0 THEN now() END
            FROM subscribers WHERE id % 4 = 0;
        INSERT INTO sessions_closed (session_key, username, subscriber_id, nas_id, acct_session_id, framed_ip, started_at,
                                     stopped_at, reseller_path, state)
          SELECT decode(md5(m || '.' || id), 'hex'), username, CASE WHEN id % 20 = 0 THEN 1 ELSE id END,
                 CASE WHEN id % 50 = 0 THEN 9 ELSE 1 END, 'c' || id, '100.64.0.0'::inet + CASE WHEN id % 20 = 0 THEN 1 ELSE id END,
                 now() - m * interval '30 days', date_trunc('day', now()) - m * interval '15 days'
                   - CASE WHEN id % 20 = 0 THEN id ELSE id % 20 * 3600 END * interval '1 second', CASE WHEN id % 20 = 0 THEN '1/' ELSE reseller_path END, 'closed'
            FROM subscribers, generate_series(0, 4) m WHERE (id + m) % 3 = 0;
        INSERT INTO radius_logs (at, username, subscriber_id, nas_id, outcome, reason, reseller_path)
          SELECT now() - id % 60 * interval '1 day', username, id, CASE WHEN id % 50 = 0 THEN 9 ELSE 1 END,
                 CASE WHEN id % 40 = 0 THEN 'reject' ELSE 'accept' END,
                 CASE WHEN id % 8000 = 0 THEN 'no-such-user' WHEN id % 40 = 0 THEN 'expired' END, reseller_path
            FROM subscribers;
        INSERT INTO audit_log (actor, action, object_kind, object_id)
          SELECT 'operator:' || n % 3, 'set', 'nas', n % 900 FROM generate_series(1, 20000) n;
        SET session_replication_role = origin;
        ANALYZE;
        """

    @Test func `a page of every declared pair touches at most 50 rows and buffers for each of its own`() throws {
        var tried = 0
        for spec in ListSpec.all where !spec.isSmall {
            for scope in ListPlanTests.scopes {
                if !scope.isHouse, case .house = spec.kind.rule { continue }
                for pair in spec.fast {
                    for filters in combinations(pair.filters.sorted()) {
                        // The sessions of somebody else's subscriber are all looked at, and none is shown.
                        let isForeign = filters.contains { $0.name == "subscriber" && $0.value == "1" }
                        if isForeign, !scope.isHouse, scope.path != "1/" { continue }
                        for sign in ["", "-"] {
                            try check(spec, scope, filters + [(name: "sort", value: sign + pair.sort)])
                            tried += 1
                        }
                    }
                }
            }
        }
        print("\(tried) pairs explained")
        #expect(tried > 250)
    }

    private func combinations(_ filters: [String]) -> [[(name: String, value: String)]] {
        filters.reduce([[]]) { all, filter in
            (ListPlanTests.values[filter] ?? []).flatMap { value in all.map { $0 + [(name: filter, value: value)] } }
        }
    }

    private func check(_ spec: ListSpec, _ scope: Scope, _ pairs: [(name: String, value: String)]) throws {
        let reader = try ListReader(connection, scope, permissions: [])
        var query = try reader.query(spec, pairs)
        #expect(query.size == ListPlanTests.page)
        for place in try places(try reader.statement(spec, query)) {
            query.after = place
            let statement = try reader.statement(spec, query)
            for stretch in ListStretch.following(place, query.sort, descends: query.descends) {
                let cost = try PlanCost.page(connection, statement, stretch, limit: ListPlanTests.page + 1)
                let what = "\(spec.name) \(pairs) scope \(scope.path) after \(place?.sortValue ?? "the beginning")"
                #expect(cost.rows <= ListPlanTests.most, "\(what): \(cost.rows) rows\n\(cost.plan)")
                #expect(cost.buffers <= ListPlanTests.most, "\(what): \(cost.buffers) buffers\n\(cost.plan)")
            }
        }
    }

    /// The beginning and the middle, or where the list descends the last page.
    private func places(_ statement: ListStatement) throws -> [ListCursor?] {
        var sql = SQLText()
        let all = statement.everything(["r.list_sort::text", "r.list_key::text"], &sql)
        let count = statement.count(limit: nil)
        let total = try connection.query(count.sql, count.parameters)[0].int(0)
        guard total > ListPlanTests.page else { return [nil] }
        let offset = statement.query.descends ? total - ListPlanTests.page / 2 : total / 2
        let row = try connection.query("\(all) LIMIT 1 OFFSET \(offset)", sql.parameters)[0]
        return [nil, ListCursor(sortValue: row.optionalText(0), key: row.text(1))]
    }
}
