@testable import Control
import Store
import Testing

@Suite struct IdentityResellerTests {
    private let desk: IdentityDesk

    init() throws { desk = try IdentityDesk() }

    private func paths() throws -> [String: String] {
        let rows = try desk.connection.query("select name, path from resellers")
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.text(0), $0.text(1)) })
    }

    private func north() throws -> Authority {
        try desk.add("rita", [try desk.role(.reseller)], reseller: 1)
        return try desk.authority("rita")
    }

    @Test func `A reseller is added below another, its path from the top`() throws {
        let id = try desk.identity.addReseller("new", under: 2, by: desk.root)
        #expect(try paths()["new"] == "1/2/\(id)/")
        let top = try desk.identity.addReseller("top", under: nil, by: desk.root)
        #expect(try paths()["top"] == "\(top)/")
        #expect(refusalCode { _ = try desk.identity.addReseller("top", under: 1, by: desk.root) } == "name_taken")
        #expect(refusalCode { _ = try desk.identity.addReseller("x", under: 99, by: desk.root) } == "not_found")
    }

    @Test func `A reseller's people work below themselves only`() throws {
        let by = try north()
        let id = desk.identity
        #expect(refusalCode { _ = try id.addReseller("a", under: nil, by: by) } == "not_found")
        #expect(refusalCode { _ = try id.addReseller("a", under: 3, by: by) } == "not_found")
        #expect(refusalCode { _ = try id.addReseller("a", under: 1, by: by) } == nil)
        #expect(refusalCode { try id.renameReseller(1, "b", by: by) } == "self")
        #expect(refusalCode { try id.renameReseller(3, "b", by: by) } == "not_found")
        #expect(refusalCode { try id.moveReseller(2, under: nil, by: by) } == "not_found")
        #expect(refusalCode { try id.moveReseller(2, under: 3, by: by) } == "not_found")
        #expect(refusalCode { try id.removeReseller(1, by: by) } == "self")
        #expect(refusalCode { try id.renameReseller(2, "b", by: by) } == nil)
        #expect(refusalCode { try id.removeReseller(2, by: by) } == nil)
    }

    @Test func `A move takes all below along, and is never into oneself`() throws {
        let below = try desk.identity.addReseller("below", under: 2, by: desk.root)
        #expect(refusalCode { try desk.identity.moveReseller(1, under: below, by: desk.root) } == "circle")
        #expect(refusalCode { try desk.identity.moveReseller(1, under: 1, by: desk.root) } == "circle")
        try desk.identity.moveReseller(1, under: 3, by: desk.root)
        #expect(
            try paths() == ["south": "3/", "north": "3/1/", "north-west": "3/1/2/", "below": "3/1/2/\(below)/"])
        try desk.identity.moveReseller(2, under: nil, by: desk.root)
        #expect(try paths()["below"] == "2/\(below)/")
        #expect(try paths()["north"] == "3/1/")
    }

    @Test func `After a move his people see the new tree, and have no role of the old one`() throws {
        let role = try desk.role("north", ["nas.view"], reseller: 1)
        try desk.add("west", [role], reseller: 2)
        let token = try desk.signIn("west").token
        try desk.identity.moveReseller(2, under: 3, by: desk.root)
        let principal = try desk.identity.principal(session: token)
        #expect(principal?.scope == Scope(resellerID: 2, path: "3/2/"))
        #expect(principal?.permissions == [])
    }

    @Test func `A move rewrites the rows`() throws {
        try desk.connection.execute(
            """
            create table moved (old text, new text);
            drop function if exists reseller_moved(text, text);
            create function reseller_moved(text, text) returns bigint language sql as
              'insert into moved values ($1, $2); select 1::bigint'
            """)
        try desk.identity.moveReseller(1, under: 3, by: desk.root)
        #expect(try desk.connection.query("select old || '>' || new from moved").map { $0.text(0) } == ["1/>3/1/"])
    }

    @Test func `One who has customers, operators, roles or others below him is not removed`() throws {
        let remove = { (id: Int64) in refusalCode { try desk.identity.removeReseller(id, by: desk.root) } }
        #expect(remove(1) == "in_use")
        try desk.administrator()
        let operatorID = try desk.add("bob", [], reseller: 3)
        #expect(remove(3) == "in_use")
        try desk.identity.removeOperator(operatorID, by: desk.root)
        let role = try desk.role("r", [], reseller: 3)
        #expect(remove(3) == "in_use")
        try desk.identity.removeRole(role, by: desk.root)
        try desk.connection.execute("insert into subscribers (username, reseller_id) values ('ann', 3)")
        #expect(remove(3) == "in_use")
        try desk.connection.execute("delete from subscribers")
        #expect(remove(3) == nil)
        #expect(try desk.audited("reseller") == ["remove"])
    }

    @Test func `Routers are mapped, by a reseller only those that he sees himself`() throws {
        try desk.connection.execute(
            "insert into nas_devices (id, name, ip) values (1, 'a', '192.0.2.1'), (2, 'b', '192.0.2.2')")
        let by = try north()
        let mapped = {
            try desk.connection.query("select reseller_id, nas_id from reseller_nas order by 1, 2").map {
                [$0.int(0), $0.int(1)]
            }
        }
        #expect(refusalCode { try desk.identity.setRouters(ofReseller: 2, [1], by: by) } == "not_found")
        try desk.identity.setRouters(ofReseller: 1, [1], by: desk.root)
        #expect(refusalCode { try desk.identity.setRouters(ofReseller: 1, [1, 2], by: by) } == "self")
        #expect(refusalCode { try desk.identity.setRouters(ofReseller: 2, [1, 2], by: by) } == "not_found")
        try desk.identity.setRouters(ofReseller: 2, [1], by: by)
        #expect(try mapped() == [[1, 1], [2, 1]])
        try desk.identity.setRouters(ofReseller: 1, [2], by: desk.root)
        #expect(refusalCode { try desk.identity.setRouters(ofReseller: 1, [99], by: desk.root) } == "not_found")
        // What is taken from a reseller is taken from those below him.
        #expect(try mapped() == [[1, 2]])
        // Nor does the house give past the one between.
        #expect(refusalCode { try desk.identity.setRouters(ofReseller: 2, [1, 2], by: desk.root) } == "beyond_parent")
        #expect(try mapped() == [[1, 2]])
    }

    @Test func `Who loses with the one above him is in the audit log too`() throws {
        try desk.connection.execute(
            """
            insert into nas_devices (id, name, ip) values (1, 'a', '192.0.2.1'), (2, 'b', '192.0.2.2');
            insert into reseller_nas (reseller_id, nas_id) values (1, 1), (1, 2), (2, 1), (2, 2);
            insert into services (id, name) values (1, 'one'), (2, 'two');
            insert into reseller_services (reseller_id, service_id) values (1, 1), (1, 2), (2, 1), (2, 2)
            """)
        try desk.identity.setRouters(ofReseller: 1, [2], by: desk.root)
        try Scoped(desk.connection, .house).set(services: [2], ofReseller: 1, desk.root.actor)
        let rows = try desk.connection.query(
            "select object_id, (after -> 'lost_nas')::text, (after -> 'lost_services')::text from audit_log"
                + " where action = 'lose' order by id")
        #expect(rows.map { "\($0.int(0)) \($0.text(1)) \($0.text(2))" } == ["2 [1] []", "2 [] [1]"])
    }

    @Test func `A reseller who is moved keeps what the new one above has, and loses the rest, as do those below`()
        throws
    {
        let below = try desk.identity.addReseller("below", under: 2, by: desk.root)
        try desk.connection.execute(
            """
            insert into nas_devices (id, name, ip) values (1, 'a', '192.0.2.1'), (2, 'b', '192.0.2.2');
            insert into reseller_nas (reseller_id, nas_id) values
                (1, 1), (1, 2), (2, 1), (2, 2), (\(below), 1), (\(below), 2), (3, 2);
            insert into services (id, name, reseller_id) values
                (1, 'house''s', null), (2, 'shared', null), (3, 'north''s', 1), (4, 'own', 2), (5, 'south''s', 3);
            insert into reseller_services (reseller_id, service_id) values
                (1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (\(below), 1), (\(below), 4), (3, 2)
            """)
        let role = try desk.role("north", ["nas.view"], reseller: 1)
        let west = try desk.add("west", [role], reseller: 2)
        let losses = try desk.identity.moveReseller(2, under: 3, by: desk.root)
        #expect(
            losses.given == [
                .init(resellerID: 2, name: "north-west", routers: [1], services: [1, 3]),
                .init(resellerID: below, name: "below", routers: [1], services: [1]),
            ])
        #expect(losses.roles == [.init(operatorID: west, username: "west", roles: [role])])
        func given(_ table: String, _ column: String) throws -> [[Int]] {
            try desk.connection.query("select reseller_id, \(column) from reseller_\(table) order by 1, 2").map {
                [$0.int(0), $0.int(1)]
            }
        }
        #expect(try given("nas", "nas_id") == [[1, 1], [1, 2], [2, 2], [3, 2], [Int(below), 2]])
        #expect(try given("services", "service_id") == [[1, 1], [1, 2], [2, 2], [3, 2], [Int(below), 4]])
        let rows = try desk.connection.query(
            "select object_id, (after -> 'lost_nas')::text, (after -> 'lost_services')::text from audit_log"
                + " where action = 'lose' order by object_id")
        #expect(rows.map { $0.text(1) + $0.text(2) } == ["[1][1, 3]", "[1][1]"])
        #expect(try desk.audited("operator").contains("lose-roles"))
        // At the top he may keep what is the house's.
        #expect(try desk.identity.moveReseller(2, under: nil, by: desk.root) == .nothing)
        #expect(try given("nas", "nas_id").contains([2, 2]))
        // What is another's reseller's he does not keep there.
        try desk.connection.execute("insert into reseller_services (reseller_id, service_id) values (2, 5)")
        #expect(try desk.identity.moveReseller(2, under: 3, by: desk.root).given.isEmpty)
        #expect(try desk.identity.moveReseller(2, under: nil, by: desk.root).given.map(\.services) == [[5]])
    }
}
