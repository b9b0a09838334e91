import Control
import Store
import Testing

@Suite struct IdentityCustomerTests {
    private let desk: IdentityDesk

    init() throws {
        desk = try IdentityDesk()
        // The scope's own migration brings it; this one has to work before and after it.
        try desk.connection.execute(
            "alter table subscribers add column if not exists reseller_id bigint references resellers, "
                + "add column if not exists reseller_path text not null default ''")
    }

    private func code(_ name: String, _ password: String) -> String? {
        refusalCode { _ = try desk.identity.signIn(customer: name, password: password, from: desk.origin) }
    }

    @Test(arguments: [
        ("cleartext", "hello"), ("nt", "066ddfd4ef0e9cd7c256fe77191ef43c"), ("md5", "5d41402abc4b2a76b9719d911017c592"),
        ("sha", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
        ("ssha", "14fbd3f9600ecfc2a3d43e4c07a98a875c7910a273616c74"),
        ("crypt", "$1$saltsalt$fFhQNRZ9A4AYLdo7vOe8a0"),
    ])
    func `A customer signs in with the password he connects with, whatever kind it is kept as`(
        _ kind: String, _ kept: String
    ) throws {
        _ = try desk.subscriber("ann", kept, kind: kind)
        #expect(code("ann", "hellp") == "wrong_credentials")
        #expect(code("ann", "") == "wrong_credentials")
        #expect(code("ann", "hello") == nil)
    }

    @Test func `He holds the portal's permissions and nobody's rows`() throws {
        let id = try desk.subscriber("ann", "hello")
        let principal = try desk.identity.signIn(customer: "ann", password: "hello", from: desk.origin).principal
        #expect(principal.kind == .customer)
        #expect(principal.id == id)
        #expect(principal.permissions == PermissionCatalogue.core.portal)
        #expect(principal.permissions.allSatisfy { $0.hasPrefix("portal.") })
        #expect(!principal.scope.isHouse)
        for path in ["", "1/", "1/2/"] { #expect(!principal.scope.contains(path)) }
    }

    @Test func `An operator's name is no customer's, nor the other way`() throws {
        try desk.administrator()
        _ = try desk.subscriber("ann", IdentityDesk.password)
        #expect(code("root", IdentityDesk.password) == "wrong_credentials")
        #expect(refusalCode { _ = try desk.signIn("ann") } == "wrong_credentials")
    }

    @Test func `One without a password, an unknown one and a removed one are refused alike`() throws {
        let id = try desk.subscriber("ann", "hello")
        try desk.connection.execute("insert into subscribers (username) values ('line')")
        #expect(code("line", "") == "wrong_credentials")
        #expect(code("nobody", "") == "wrong_credentials")
        let signed = try desk.identity.signIn(customer: "ann", password: "hello", from: desk.origin)
        try desk.connection.query("update subscribers set deleted_at = now() where id = $1", [.int(id)])
        #expect(code("ann", "hello") == "wrong_credentials")
        #expect(try desk.identity.principal(session: signed.token) == nil)
    }

    @Test func `Guessing locks a customer as it locks an operator, and not the operator of that name`() throws {
        _ = try desk.subscriber("root", "hello")
        try desk.administrator()
        for _ in 0..<5 { #expect(code("root", "wrong") == "wrong_credentials") }
        #expect(code("root", "hello") == "locked")
        #expect(refusalCode { _ = try desk.signIn("root") } == nil)
        desk.pass(seconds: 30)
        #expect(code("root", "hello") == nil)
    }

    @Test func `A new password ends his sessions`() throws {
        let id = try desk.subscriber("ann", "hello")
        let signed = try desk.identity.signIn(customer: "ann", password: "hello", from: desk.origin)
        let records = Records(desk.connection, actor: Actor("os:test"), seal: IdentityDesk.box.seal)
        try records.setSubscriber("ann", password: try SubscriberPassword("new"), [])
        #expect(try desk.identity.principal(session: signed.token) == nil)
        #expect(try desk.identity.sessions(of: .customer, id).isEmpty)
    }

    // MARK: log in as

    private func put(_ subscriber: Int64, _ reseller: Int, _ path: String) throws {
        try desk.connection.query(
            "update subscribers set reseller_id = $2, reseller_path = $3 where id = $1",
            [.int(subscriber), .int(reseller), .text(path)])
    }

    private func logIn(_ name: String, customer: Int64) throws -> SignedIn {
        let principal = try desk.signIn(name).principal
        return try desk.identity.logIn(
            asCustomer: customer, by: principal, principal.actor(source: "192.0.2.7"), from: desk.origin)
    }

    private func logIn(_ name: String, operator id: Int64) throws -> SignedIn {
        let principal = try desk.signIn(name).principal
        return try desk.identity.logIn(
            asOperator: id, by: principal, principal.actor(source: "192.0.2.7"), from: desk.origin)
    }

    @Test func `Logged in as a customer one has the portal only, marked, and the audit log says who`() throws {
        try desk.administrator()
        let id = try desk.subscriber("ann", "hello")
        let signed = try logIn("root", customer: id)
        #expect(signed.principal.permissions == PermissionCatalogue.core.portal)
        #expect(signed.principal.impersonator == "root")
        #expect(
            signed.principal.actor(source: "x") == Actor("operator:root", onBehalfOf: "customer:ann", source: "x"))
        let row = try desk.connection.query(
            "select actor, object_name from audit_log where action = 'log-in-as' and object_kind = 'subscriber'")[0]
        #expect([row.text(0), row.text(1)] == ["operator:root", "ann"])
        #expect(try desk.identity.sessions(of: .customer, id).map(\.impersonator) == ["root"])
    }

    @Test func `Only customers of the own rows, only with the permission, and only as long as one has it`() throws {
        let role = try desk.role("help", ["impersonate.customer", "subscribers.view"])
        try desk.add("rita", [role], reseller: 1)
        try desk.add("view", [try desk.role("view", ["subscribers.view"])])
        let (mine, below, foreign, house) = (
            try desk.subscriber("a", "x"), try desk.subscriber("b", "x"), try desk.subscriber("c", "x"),
            try desk.subscriber("d", "x")
        )
        try put(mine, 1, "1/")
        try put(below, 2, "1/2/")
        try put(foreign, 3, "3/")
        #expect(refusalCode { _ = try logIn("rita", customer: foreign) } == "not_found")
        #expect(refusalCode { _ = try logIn("rita", customer: house) } == "not_found")
        #expect(refusalCode { _ = try logIn("rita", customer: 999) } == "not_found")
        #expect(refusalCode { _ = try logIn("view", customer: mine) } == "forbidden")
        let signed = try logIn("rita", customer: mine)
        #expect(refusalCode { _ = try logIn("rita", customer: below) } == nil)
        // The customer moves away; the permission is taken; the operator is switched off.
        try put(mine, 3, "3/")
        #expect(try desk.identity.principal(session: signed.token) == nil)
        try put(mine, 1, "1/")
        #expect(try desk.identity.principal(session: signed.token) != nil)
        try desk.identity.changeRole(role, permissions: ["subscribers.view"], by: desk.root)
        #expect(try desk.identity.principal(session: signed.token) == nil)
    }

    @Test func `Logged in as a reseller's operator one has what both hold`() throws {
        let rita = try desk.add("rita", [try desk.role(.reseller)], reseller: 1)
        try desk.add("help", [try desk.role("help", ["impersonate.reseller", "nas.view", "nas.create"])])
        let signed = try logIn("help", operator: rita)
        #expect(signed.principal.permissions == ["impersonate.reseller", "nas.view"])
        #expect(signed.principal.scope == Scope(resellerID: 1, path: "1/"))
        #expect(signed.principal.impersonator == "help")
        let twice = refusalCode {
            _ = try desk.identity.logIn(
                asOperator: rita, by: signed.principal, Actor("operator:help"), from: desk.origin)
        }
        #expect(twice == "own_session_needed")
        let password = refusalCode {
            try desk.identity.changePassword(
                signed.principal, old: IdentityDesk.password, new: "a horse on the roof", Actor("operator:help"))
        }
        #expect(password == "own_session_needed")
        desk.pass(seconds: 1801)
        #expect(try desk.identity.principal(session: signed.token) == nil)
    }

    @Test func `Nobody logs in as one of the house, as one of another reseller, or as one above`() throws {
        let root = try desk.administrator()
        let help = try desk.role("help", ["impersonate.reseller"])
        let other = try desk.add("other", [help])
        let north = try desk.add("north", [help], reseller: 1)
        let west = try desk.add("west", [help], reseller: 2)
        let south = try desk.add("south", [help], reseller: 3)
        #expect(refusalCode { _ = try logIn("root", operator: other) } == "forbidden")
        #expect(refusalCode { _ = try logIn("other", operator: root) } == "forbidden")
        #expect(refusalCode { _ = try logIn("root", operator: root) } == "forbidden")
        for foreign in [root, south] {
            #expect(refusalCode { _ = try logIn("north", operator: foreign) } == "not_found")
        }
        #expect(refusalCode { _ = try logIn("west", operator: north) } == "not_found")
        #expect(refusalCode { _ = try logIn("north", operator: west) } == nil)
    }
}
