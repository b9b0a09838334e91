import HTTP
import Store
import Testing

@testable import Control

/// Walking through a list meets each row once and in order, whatever lies at its ends and between its pages.
@Suite struct ListWalkTests {
    @Test(arguments: ["", "-"]) func `every list in every order gives each row once, forward and backward`(
        _ sign: String
    ) throws {
        let fixture = try ListFixture(subscribers: 40)
        for spec in ListSpec.all {
            for sort in spec.sorts {
                for scope in [ListFixture.house, ListFixture.north] {
                    try walk(fixture, spec, "\(sign)\(sort.name)", sort, scope)
                }
            }
        }
    }

    @Test(arguments: ["", "-"]) func `a search that everybody answers to gives the whole list in every order`(
        _ sign: String
    ) throws {
        let fixture = try ListFixture(subscribers: 40)
        for sort in ListSpec.subscribers.sorts {
            for scope in [ListFixture.house, ListFixture.north] {
                try walk(fixture, .subscribers, "\(sign)\(sort.name)", sort, scope, [("q", "person EXAMPLE")])
            }
        }
        let page = try fixture.page(.subscribers, ListFixture.house, [("q", "person"), ("size", "9")])
        #expect(page.total == 38)
        #expect(page.isTotalExact)
    }

    private func walk(
        _ fixture: ListFixture, _ spec: ListSpec, _ order: String, _ sort: ListSort, _ scope: Scope,
        _ more: [(name: String, value: String)] = []
    ) throws {
        let expected = try expectedKeys(fixture, spec, sort, order.hasPrefix("-"), scope)
        let pairs = [(name: "sort", value: order), (name: "size", value: "9")] + more
        let key = spec.name == "unknown-sources" ? "source" : "id"
        let forward = try fixture.walk(spec, scope, pairs)
        #expect(forward.flatMap { $0 }.map { $0.member(key) } == expected, "\(spec.name) by \(order) for \(scope.path)")
        #expect(forward.dropLast().allSatisfy { $0.count == 9 })
        // Back from the last page: all that was before it.
        guard forward.count > 1, let start = try last(fixture, spec, scope, pairs)?.prev else { return }
        let backward = try fixture.walk(spec, scope, pairs, backwardFrom: start)
        let before = backward.reversed().flatMap { $0 }.map { $0.member(key) }
        #expect(before == Array(expected.dropLast(forward[forward.count - 1].count)), "\(spec.name) back by \(order)")
    }

    private func last(
        _ fixture: ListFixture, _ spec: ListSpec, _ scope: Scope, _ pairs: [(name: String, value: String)]
    ) throws -> ListPage? {
        var page = try fixture.page(spec, scope, pairs)
        while let next = page.next { page = try fixture.page(spec, scope, pairs + [(name: "after", value: next)]) }
        return page
    }

    /// Sorted by PostgreSQL in one piece.
    private func expectedKeys(
        _ fixture: ListFixture, _ spec: ListSpec, _ sort: ListSort, _ descends: Bool, _ scope: Scope
    ) throws -> [String?] {
        let way = descends ? "DESC" : "ASC"
        let key = spec.name == "unknown-sources" ? "host(r.source)" : "r.id::text"
        var sql = SQLText()
        let condition = try Scoped(fixture.connection, scope).condition(spec.kind, &sql)
        let usual = spec.usually.map(\.sql) ?? "true"
        return try fixture.connection.query(
            "SELECT \(key) FROM \(spec.kind.table) r WHERE \(condition) AND \(spec.kind.alive) AND \(spec.condition)"
                + " AND \(usual) ORDER BY \(sort.sql) \(way), \(spec.kind.key) \(way)", sql.parameters
        ).map { $0.optionalText(0) }
    }

    @Test(arguments: ["username", "-expiry", "created", "-id"])
    func `rows that come while one walks are met once or not at all, and move no other`(_ order: String) throws {
        let fixture = try ListFixture(subscribers: 60)
        let pairs = [(name: "sort", value: order), (name: "size", value: "5")]
        let before = Set(try fixture.walk(.subscribers, .house, pairs).flatMap { $0 }.compactMap { $0.member("id") })
        let met = try fixture.walk(.subscribers, .house, pairs) { page in
            try fixture.connection.query(
                """
                INSERT INTO subscribers (username, expiry_date, created_at)
                SELECT 'user' || lpad(((n * 7919 + $1::int * 31) % 100000)::text, 5, '0') || 'x', now() + (n - 3) * interval '1 day',
                       now() - n * interval '1 day' FROM generate_series(0, 1) n
                """, [.int(page)])
        }.flatMap { $0 }.compactMap { $0.member("id") }
        #expect(Set(met).count == met.count)
        #expect(met.filter(before.contains).count == before.count)
    }

    @Test func `a page is as long as asked for, and says what follows`() throws {
        let fixture = try ListFixture(subscribers: 60)
        let first = try fixture.page(.subscribers, .house, [(name: "size", value: "10")])
        #expect(first.items.count == 10)
        #expect(first.prev == nil)
        let live = try fixture.connection.query("SELECT count(*) FROM subscribers WHERE deleted_at IS NULL")[0].int(0)
        #expect(first.total == live)
        #expect(first.isTotalExact)
        let all = try fixture.page(.subscribers, .house, [(name: "size", value: "500")])
        #expect(all.items.count == live)
        #expect(all.next == nil)
    }

    @Test func `a reseller with more resellers below him than are merged sees the same`() throws {
        let fixture = try ListFixture(subscribers: 40)
        try fixture.connection.execute(
            """
            INSERT INTO resellers (id, name, parent_id, path)
              SELECT n, 'many' || n, 2, '2/' || n || '/' FROM generate_series(1000, 1099) n;
            INSERT INTO subscribers (username, reseller_id) SELECT 'm' || n, n FROM generate_series(1000, 1099) n;
            """)
        let pairs = [(name: "sort", value: "-username"), (name: "size", value: "9")]
        let names = try fixture.walk(.subscribers, ListFixture.south, pairs).flatMap { $0 }.compactMap {
            $0.member("username")
        }
        #expect(names.count > 100)
        #expect(names == names.sorted(by: >))
    }
}
