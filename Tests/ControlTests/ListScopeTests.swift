import HTTP
import Store
import Testing

@testable import Control

/// Every list, filter, search, id and export from the wrong side.
@Suite struct ListScopeTests {
    private let fixture: ListFixture

    init() throws { fixture = try ListFixture(subscribers: 60) }

    /// Ids that a scope may see, by a rule written down once more: the path of the row, or the mapping.
    private func visible(_ table: String, _ scope: Scope) throws -> Set<String> {
        let rule =
            switch table {
            case "nas_devices": "r.id IN (SELECT nas_id FROM reseller_nas WHERE reseller_id = $2)"
            case "services":
                "starts_with(r.reseller_path, $1) OR r.id IN (SELECT service_id FROM reseller_services WHERE reseller_id = $2)"
            case "resellers": "starts_with(r.path, $1)"
            case "operators": "r.reseller_id IN (SELECT id FROM resellers WHERE starts_with(path, $1))"
            case "alarms", "audit_log", "nas_unknown": "false"
            default: "starts_with(r.reseller_path, $1)"
            }
        let whole =
            scope.isHouse
            ? "true OR ($1::text = '' AND $2::bigint = 0)" : "(\(rule)) AND ($1::text, $2::bigint) IS NOT NULL"
        return Set(
            try fixture.connection.query(
                "SELECT \(table == "nas_unknown" ? "host(r.source)" : "r.id::text") FROM \(table) r WHERE \(whole)",
                [.text(scope.path), .int(scope.resellerID ?? 0)]
            ).map { $0.text(0) })
    }

    private func key(_ spec: ListSpec) -> String { spec.name == "unknown-sources" ? "source" : "id" }

    @Test func `no list shows a row from outside the scope, in any order`() throws {
        for spec in ListSpec.all {
            for scope in ListFixture.scopes {
                let allowed = try visible(spec.kind.table, scope)
                for sort in spec.sorts {
                    let shown = try fixture.walk(
                        spec, scope, [(name: "sort", value: sort.name), (name: "size", value: "500")]
                    )
                    .flatMap { $0 }.compactMap { $0.member(key(spec)) }
                    #expect(allowed.isSuperset(of: shown), "\(spec.name) by \(sort.name) for \(scope.path)")
                    if !scope.isHouse, allowed.isEmpty { #expect(shown.isEmpty) }
                }
            }
        }
        // Where there is something to see, something is seen.
        for spec in [ListSpec.subscribers, .nas, .services, .liveSessions, .sessionHistory, .logins, .resellers] {
            let shown = try fixture.page(spec, ListFixture.north)
            #expect(!shown.items.isEmpty, "\(spec.name)")
            #expect(shown.total < (try fixture.page(spec, .house)).total, "\(spec.name)")
        }
    }

    @Test func `no filter and no search finds a foreign row, and none is counted`() throws {
        let foreign = try fixture.connection.query(
            "SELECT username, email, id FROM subscribers WHERE reseller_path = '2/' AND deleted_at IS NULL AND id / 6 % 3 = 1 LIMIT 1"
        )[
            0]
        let id = String(foreign.int(2))
        let tries: [(ListSpec, String, String)] = [
            (.subscribers, "username", foreign.text(0)), (.subscribers, "q", foreign.text(0)),
            (.subscribers, "q", foreign.text(1)), (.subscribers, "id", id), (.liveSessions, "subscriber", id),
            (.sessionHistory, "subscriber", id), (.sessionHistory, "username", foreign.text(0)),
            (.logins, "subscriber", id), (.logins, "username", foreign.text(0)), (.nas, "q", "nas3"),
            (.services, "q", "southern"), (.resellers, "q", "South"), (.subscribers, "reseller", "2"),
            (.liveSessions, "reseller", "2"), (.sessionHistory, "reseller", "2"), (.logins, "reseller", "2"),
        ]
        for (spec, name, value) in tries {
            let page = try fixture.page(spec, ListFixture.north, [(name: name, value: value)])
            #expect(page.items.isEmpty, "\(spec.name) \(name)=\(value)")
            #expect(page.total == 0 && page.isTotalExact)
            let reader = try fixture.reader(ListFixture.north)
            let query = try reader.query(spec, [(name: name, value: value)])
            #expect(try reader.count(spec, query) == 0)
            #expect(try reader.ids(spec, query, limit: 10).isEmpty)
            #expect(!(try fixture.page(spec, .house, [(name: name, value: value)])).items.isEmpty, "\(name)=\(value)")
        }
    }

    @Test func `a foreign id and one that is not there are told alike`() throws {
        for spec in ListSpec.all + [.session] where spec.name != "unknown-sources" && spec.name != "session-history" {
            for scope in [ListFixture.north, ListFixture.eleven] {
                let reader = try fixture.reader(scope)
                let (all, mine) = (try visible(spec.kind.table, .house), try visible(spec.kind.table, scope))
                let foreign = try #require(all.subtracting(mine).first.flatMap { Int64($0) }, "\(spec.name)")
                let messages = [foreign, 987_654_321].map { id in
                    #expect(throws: RecordRefusal.self) { try reader.one(spec, id) }.map {
                        $0.message.replacing(String(id), with: "N") + $0.code
                    }
                }
                #expect(messages[0] == messages[1])
                #expect(throws: RecordRefusal.self) { try Scoped(fixture.connection, scope).find(spec.kind, foreign) }
                if let own = mine.sorted().last.flatMap({ Int64($0) }), spec.kind.alive == "true" {
                    #expect(try reader.one(spec, own).member("id") == String(own))
                }
            }
        }
    }

    @Test func `a change finds and locks what is in the scope, at the version that was seen`() throws {
        let own = try fixture.connection.query(
            "SELECT id, version FROM subscribers WHERE reseller_path = '1/11/' AND deleted_at IS NULL LIMIT 1")[0]
        let (id, version) = (Int64(own.int(0)), Int64(own.int(1)))
        try fixture.connection.transaction { () throws in
            #expect(
                try Scoped(fixture.connection, ListFixture.north).lock(.subscriber, id, version: version) == version)
            let stale = #expect(throws: RecordRefusal.self) {
                try Scoped(fixture.connection, ListFixture.north).lock(.subscriber, id, version: version + 1)
            }
            #expect(stale?.code == "version")
            let foreign = #expect(throws: RecordRefusal.self) {
                try Scoped(fixture.connection, ListFixture.south).lock(.subscriber, id, version: version)
            }
            #expect(foreign?.code == "not_found")
        }
    }

    @Test func `an export holds the scope's rows alone`() throws {
        for scope in ListFixture.scopes {
            let reader = try fixture.reader(scope)
            var text: [UInt8] = []
            let query = try reader.query(.subscribers, [(name: "fields", value: "id")])
            let count = try reader.csv(.subscribers, query) { piece in
                text += piece
                return true
            }
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\r\n")
            #expect(lines.first == "id")
            let exported = Set(lines.dropFirst().map(String.init))
            #expect(exported.count == count)
            #expect(try visible("subscribers", scope).isSuperset(of: exported))
            #expect(exported.count == (try fixture.page(.subscribers, scope)).total)
        }
    }

    @Test func `secrets are in no column`() {
        for column in ListSpec.all.flatMap(\.columns) {
            let isRead = column.sql.contains("sealed") || column.sql.contains("scrypt") || column.sql.contains("hash")
            #expect(!isRead || column.sql.hasSuffix("IS NOT NULL"), "\(column.name)")
        }
    }

    @Test
    func `a reseller who moved takes his rows along, history last, and nothing is seen by the wrong one meanwhile`()
        throws
    {
        let connection = fixture.connection
        let before = try fixture.page(.sessionHistory, ListFixture.eleven, [(name: "size", value: "500")]).items.count
        #expect(before > 0)
        try connection.transaction {
            try connection.execute(
                """
                UPDATE resellers SET parent_id = 2, path = '2/11/' WHERE id = 11;
                UPDATE resellers SET path = '2/11/111/' WHERE id = 111;
                SELECT reseller_moved('1/11/', '2/11/')
                """)
        }
        let moved = Scope(resellerID: 11, path: "2/11/")
        // An old session of his still says the old path: what he sees goes by who he is.
        for scope in [moved, ListFixture.eleven] {
            #expect(try fixture.page(.sessionHistory, scope, [(name: "size", value: "500")]).items.count == before)
        }
        let others = try fixture.walk(.sessionHistory, ListFixture.north, [(name: "size", value: "500")]).flatMap { $0 }
        let his = Set(try visible("sessions_closed", ListFixture.eleven))
        #expect(others.compactMap { $0.member("id") }.allSatisfy { !his.contains($0) })
        var steps = 0
        while try connection.query("SELECT reseller_moves_step(7)")[0].int(0) > 0 { steps += 1 }
        #expect(steps > 3)
        #expect(try connection.query("SELECT count(*) FROM reseller_moves")[0].int(0) == 0)
        for table in ["subscribers", "sessions_live", "sessions_closed", "radius_logs"] {
            let left = try connection.query("SELECT count(*) FROM \(table) WHERE starts_with(reseller_path, '1/11/')")
            #expect(left[0].int(0) == 0, "\(table)")
        }
        #expect(try fixture.page(.sessionHistory, moved, [(name: "size", value: "500")]).items.count == before)
    }
}
