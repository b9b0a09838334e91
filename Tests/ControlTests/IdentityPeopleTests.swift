@testable import Control
import Store
import Testing

/// Who may give what to whom, and change whom.
@Suite struct IdentityPeopleTests {
    private let desk: IdentityDesk

    init() throws { desk = try IdentityDesk() }

    /// Of the house and of three resellers (1/, 1/2/, 3/), each with these permissions.
    private func authority(_ place: String, _ permissions: Set<String>) -> Authority {
        let scopes = [
            "house": Scope.house, "north": Scope(resellerID: 1, path: "1/"), "west": Scope(resellerID: 2, path: "1/2/"),
            "south": Scope(resellerID: 3, path: "3/"),
        ]
        let principal = Principal(
            kind: .operator, id: 900, name: place, permissions: permissions, scope: scopes[place] ?? .house,
            credential: .session(1))
        return Authority(principal, Actor("operator:\(place)"))
    }

    private static let places: [String: Int64?] = ["house": nil, "north": 1, "west": 2, "south": 3]
    private static let mine: Set<String> = ["nas.view", "services.view", "nas.create"]

    // Who, a role of what, for an operator where; what comes of it.
    @Test(
        arguments: [
            ("house", "nas.view", "house", nil), ("house", "nas.view", "north", nil),
            ("house", "nas.view", "west", nil),
            ("house", "nas.create", "house", nil), ("house", "nas.create", "north", "house_only"),
            ("house", "jobs.view", "house", "not_held"), ("house", "jobs.view", "west", "not_held"),
            ("north", "nas.view", "house", "not_found"), ("north", "nas.view", "north", nil),
            ("north", "nas.view", "west", nil), ("north", "nas.view", "south", "not_found"),
            ("north", "jobs.view", "west", "not_held"), ("north", "nas.create", "north", "house_only"),
            ("west", "nas.view", "north", "not_found"), ("west", "nas.view", "west", nil),
            ("south", "nas.view", "west", "not_found"), ("south", "nas.view", "south", nil),
        ] as [(String, String, String, String?)])
    func `A role is made, and an operator gets it, only with what one holds and within the own tree`(
        _ who: String, _ permission: String, _ place: String, _ code: String?
    ) throws {
        let reseller = Self.places[place] ?? nil
        let by = authority(who, Self.mine)
        #expect(
            refusalCode {
                _ = try desk.identity.addRole("new", permissions: [permission], resellerID: reseller, by: by)
            } == code)
        // The same by a role that is there: it is seen in the own tree only.
        let role = try desk.connection.query(
            "insert into roles (name, permissions, reseller_id) values ('old', $1, $2) returning id",
            [.textArray([permission]), Parameter(reseller)])[0]
        let draft = OperatorDraft(username: "new", resellerID: reseller, roles: [Int64(role.int(0))])
        #expect(refusalCode { _ = try desk.identity.addOperator(draft, by: by) } == code)
        let added = try desk.connection.query("select count(*) from operators where username = 'new'")[0].int(0)
        #expect(added == (code == nil ? 1 : 0))
    }

    // Who, an operator with what, where; what comes of changing him.
    @Test(
        arguments: [
            ("house", "nas.view", "house", nil), ("house", "jobs.view", "house", "holds_more"),
            ("house", "jobs.view", "north", "holds_more"), ("north", "nas.view", "north", nil),
            ("north", "nas.view", "west", nil), ("north", "jobs.view", "west", "holds_more"),
            ("north", "nas.view", "house", "not_found"), ("north", "nas.view", "south", "not_found"),
            ("west", "nas.view", "north", "not_found"),
        ] as [(String, String, String, String?)])
    func `An operator is changed only by those who hold as much, and who see him`(
        _ who: String, _ permission: String, _ place: String, _ code: String?
    ) throws {
        try desk.administrator()
        let reseller = Self.places[place] ?? nil
        let id = try desk.add("bob", [try desk.role("r", [permission], reseller: reseller)], reseller: reseller)
        let by = authority(who, Self.mine)
        #expect(refusalCode { try desk.identity.changeOperator(id, OperatorChange(fullName: "B"), by: by) } == code)
        #expect(refusalCode { _ = try desk.identity.resetPassword(id, by: by) } == code)
        #expect(refusalCode { try desk.identity.resetSecondFactor(id, by: by) } == code)
        #expect(refusalCode { try desk.identity.checkGoverned(id, by: by) } == code)
        #expect(refusalCode { try desk.identity.removeOperator(id, by: by) } == code)
        #expect(try desk.audited("operator").count == (code == nil ? 4 : 0))
    }

    // Who, a role of what, where; what comes of changing it.
    @Test(
        arguments: [
            ("house", "nas.view", "house", nil), ("house", "jobs.view", "house", "holds_more"),
            ("north", "nas.view", "north", nil), ("north", "nas.view", "west", nil),
            ("north", "nas.view", "house", "not_found"), ("north", "nas.view", "south", "not_found"),
            ("west", "nas.view", "north", "not_found"),
        ] as [(String, String, String, String?)])
    func `A role is changed only by those who hold as much, and who see it`(
        _ who: String, _ permission: String, _ place: String, _ code: String?
    ) throws {
        let id = try desk.role("r", [permission], reseller: Self.places[place] ?? nil)
        let by = authority(who, Self.mine)
        #expect(refusalCode { try desk.identity.changeRole(id, name: "s", by: by) } == code)
        #expect(
            refusalCode { try desk.identity.changeRole(id, permissions: [permission, "jobs.view"], by: by) }
                == (permission == "jobs.view" ? code : code ?? "not_held"))
        #expect(refusalCode { try desk.identity.removeRole(id, by: by) } == code)
    }

    @Test func `Nobody gets more by the role he is in himself, nor by giving himself another`() throws {
        let role = try desk.role("own", ["operators.edit", "roles.manage"])
        let more = try desk.role("more", ["audit.view"])
        let id = try desk.add("bob", [role])
        try desk.administrator()
        let bob = try desk.authority("bob")
        #expect(
            refusalCode {
                try desk.identity.changeRole(
                    role, permissions: ["operators.edit", "roles.manage", "audit.view"], by: bob)
            } == "not_held")
        #expect(
            refusalCode { try desk.identity.changeOperator(id, OperatorChange(roles: [role, more]), by: bob) }
                == "not_held")
        #expect(
            refusalCode {
                try desk.identity.changeOperator(id, OperatorChange(roles: [try desk.role(.administrator)]), by: bob)
            } == "not_held")
        #expect(try desk.signIn("bob").principal.permissions == ["operators.edit", "roles.manage"])
        for deed in [
            { _ = try desk.identity.resetPassword(id, by: bob) }, { try desk.identity.resetSecondFactor(id, by: bob) },
            { try desk.identity.removeOperator(id, by: bob) },
            { try desk.identity.changeOperator(id, OperatorChange(isActive: false), by: bob) },
        ] { #expect(refusalCode(deed) == "self") }
    }

    @Test func `A token cut down to its scopes gives no more than they are`() throws {
        try desk.administrator()
        let root = try desk.signIn("root").principal
        let made = try desk.identity.createToken(
            "t", scopes: ["operators.create"], expiresAt: nil, by: root, Actor("operator:root"))
        let byToken = try #require(try desk.identity.principal(token: made.token, from: ""))
        let draft = OperatorDraft(username: "spare", roles: [try desk.role(.administrator)])
        #expect(
            refusalCode { _ = try desk.identity.addOperator(draft, by: Authority(byToken, Actor("operator:root"))) }
                == "not_held")
    }

    @Test func `The last administrator stays one`() throws {
        let id = try desk.administrator()
        let off = try desk.add("off", [try desk.role(.administrator)])
        try desk.identity.changeOperator(off, OperatorChange(isActive: false), by: desk.root)
        for change in [OperatorChange(isActive: false), OperatorChange(roles: [])] {
            #expect(refusalCode { try desk.identity.changeOperator(id, change, by: desk.root) } == "last_administrator")
        }
        #expect(refusalCode { try desk.identity.removeOperator(id, by: desk.root) } == "last_administrator")
        #expect(refusalCode { _ = try desk.signIn("root") } == nil)
        try desk.add("second", [try desk.role(.administrator)])
        #expect(refusalCode { try desk.identity.removeOperator(id, by: desk.root) } == nil)
    }

    @Test func `A role in use, and one that is built in, can't be removed; the latter not be changed`() throws {
        let role = try desk.role("r", ["nas.view"])
        try desk.add("bob", [role])
        #expect(refusalCode { try desk.identity.removeRole(role, by: desk.root) } == "in_use")
        for builtin in BuiltInRole.allCases {
            let id = try desk.role(builtin)
            #expect(refusalCode { try desk.identity.removeRole(id, by: desk.root) } == "built_in")
            #expect(refusalCode { try desk.identity.changeRole(id, permissions: [], by: desk.root) } == "built_in")
        }
    }

    @Test func `A role of a reseller stays with his people, and his people can't get the house's by it`() throws {
        let north = try desk.role("north", ["nas.view"], reseller: 1)
        let house = try desk.role("house", ["nas.view"])
        for (name, reseller, code) in [
            ("a", nil, "wrong_reseller"), ("b", 3, "wrong_reseller"), ("c", 1, nil), ("d", 2, nil),
        ] as [(String, Int64?, String?)] {
            let draft = OperatorDraft(username: name, resellerID: reseller, roles: [north])
            #expect(refusalCode { _ = try desk.identity.addOperator(draft, by: desk.root) } == code)
        }
        // A role of the house that a reseller's operator has gets nothing that is the house's.
        try desk.add("rita", [house], reseller: 1)
        #expect(
            refusalCode { try desk.identity.changeRole(house, permissions: ["nas.view", "nas.create"], by: desk.root) }
                == "house_only")
        // A reseller sees of the house's roles the one that is made for him.
        let by = authority("north", PermissionCatalogue.core.reseller)
        let draft = { (role: Int64) in OperatorDraft(username: "n\(role)", resellerID: 2, roles: [role]) }
        #expect(refusalCode { _ = try desk.identity.addOperator(draft(house), by: by) } == "not_found")
        let made = try desk.role(.reseller)
        #expect(refusalCode { _ = try desk.identity.addOperator(draft(made), by: by) } == nil)
    }

    @Test(arguments: ["", " bob", "bob ", "b\nb", String(repeating: "b", count: 101)])
    func `A name that can't be typed again is refused`(_ name: String) {
        #expect(
            refusalCode { _ = try desk.identity.addOperator(OperatorDraft(username: name), by: desk.root) }
                == "invalid_name")
        #expect(
            refusalCode { _ = try desk.identity.addRole(name, permissions: [], by: desk.root) } == "invalid_name")
    }

    @Test func `A new operator gets a password that he must change; names are taken once, removed ones are free`()
        throws
    {
        let made = try desk.identity.addOperator(OperatorDraft(username: "bob"), by: desk.root)
        let password = try #require(made.password)
        let signed = try desk.identity.signIn(operator: "bob", password: password, from: desk.origin)
        #expect(signed.principal.mustChangePassword)
        let again = { refusalCode { _ = try desk.identity.addOperator(OperatorDraft(username: "bob"), by: desk.root) } }
        #expect(again() == "name_taken")
        try desk.administrator()
        try desk.identity.removeOperator(made.id, by: desk.root)
        #expect(try desk.identity.principal(session: signed.token) == nil)
        #expect(again() == nil)
        #expect(
            refusalCode {
                _ = try desk.identity.addOperator(OperatorDraft(username: "eve", password: "weak"), by: desk.root)
            } == "weak_password")
    }

    @Test func `A change to what someone else changed meanwhile is refused; signing in is no change`() throws {
        try desk.administrator()
        let id = try desk.add("bob", [])
        let version = {
            Int64(try desk.connection.query("select version from operators where id = $1", [.int(id)])[0].int(0))
        }
        let seen = try version()
        _ = try desk.signIn("bob")
        #expect(try version() == seen)
        try desk.identity.changeOperator(id, OperatorChange(roles: [try desk.role("r", ["nas.view"])]), by: desk.root)
        let stale = refusalCode {
            try desk.identity.changeOperator(id, OperatorChange(fullName: "B"), version: seen, by: desk.root)
        }
        #expect(stale == "version")
        #expect(try version() == seen + 1)
    }

    @Test func `An unknown permission and one of the portal are in no role; what a stopped plugin left may stay`()
        throws
    {
        for name in ["nas.fly", "portal.view", ""] {
            #expect(
                refusalCode { _ = try desk.identity.addRole("r", permissions: [name], by: desk.root) }
                    == "unknown_permission")
        }
        let row = try desk.connection.query(
            "insert into roles (name, permissions) values ('r', '{vouchers.view,nas.view}') returning id")[0]
        let id = Int64(row.int(0))
        try desk.identity.changeRole(id, permissions: ["vouchers.view", "jobs.view"], by: desk.root)
        try desk.add("bob", [id])
        #expect(try desk.signIn("bob").principal.permissions == ["jobs.view"])
    }
}
