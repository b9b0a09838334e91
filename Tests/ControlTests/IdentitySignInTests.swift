import Control
import Store
import Support
import Testing

@Suite struct IdentitySignInTests {
    private let desk: IdentityDesk

    init() throws { desk = try IdentityDesk() }

    private func code(_ name: String, _ password: String, address: String = "192.0.2.7") -> String? {
        refusalCode {
            _ = try desk.identity.signIn(operator: name, password: password, from: Origin(address: address))
        }
    }

    @Test(arguments: ["", "wrong", "four words far apart\u{0}", String(repeating: "x", count: 5000)])
    func `A wrong password and an unknown name are refused alike`(_ password: String) throws {
        try desk.administrator()
        #expect(code("root", password) == "wrong_credentials")
        #expect(code("nobody", password) == "wrong_credentials")
        #expect(code("ro\u{0}ot", IdentityDesk.password) == "wrong_credentials")
    }

    @Test func `One who is switched off or removed is refused as if he were not there`() throws {
        try desk.administrator()
        let id = try desk.add("bob", [])
        try desk.identity.changeOperator(id, OperatorChange(isActive: false), by: desk.root)
        #expect(code("bob", IdentityDesk.password) == "wrong_credentials")
        try desk.identity.removeOperator(id, by: desk.root)
        #expect(code("bob", IdentityDesk.password) == "wrong_credentials")
    }

    @Test func `The right password gives a session of which the database has the hash only`() throws {
        let id = try desk.administrator()
        let signed = try desk.signIn("root")
        #expect(signed.token.utf8.count == 43)
        #expect(signed.principal.id == id)
        #expect(signed.principal.scope == .house)
        #expect(signed.principal.permissions == PermissionCatalogue.core.house)
        #expect(!signed.principal.may("portal.view"))
        let row = try desk.connection.query("select token_hash, w::text from web_sessions w")[0]
        #expect(row.bytes(0) == Digest.sha256(Array(signed.token.utf8)))
        #expect(!row.text(1).contains(signed.token))
        #expect(try desk.audited("operator") == ["sign-in"])
    }

    @Test(arguments: ["root", "nobody"])
    func `Five failures lock an account for 30 seconds, then doubled to 15 minutes, whether it is there or not`(
        _ name: String
    ) throws {
        try desk.administrator()
        // Each from another address, so that the account alone is counted.
        for guess in 0..<5 { #expect(code(name, "wrong", address: "192.0.2.\(guess)") == "wrong_credentials") }
        var seconds: [Int64] = []
        for guess in 0..<7 {
            let refusal = #expect(throws: IdentityRefusal.self) {
                try desk.identity.signIn(operator: name, password: "wrong", from: desk.origin)
            }
            guard case .locked(let until) = refusal?.kind else { break }
            seconds.append((until - desk.now) / 1_000_000)
            // The right one is refused too, and does not count.
            #expect(code(name, IdentityDesk.password, address: "192.0.3.\(guess)") == "locked")
            desk.pass(seconds: seconds[seconds.count - 1])
            #expect(code(name, "wrong", address: "192.0.4.\(guess)") == "wrong_credentials")
        }
        #expect(seconds == [30, 60, 120, 240, 480, 900, 900])
    }

    @Test func `After a lock the right password lets in, and the count begins anew`() throws {
        try desk.administrator()
        for _ in 0..<5 { _ = code("root", "wrong") }
        #expect(code("root", IdentityDesk.password) == "locked")
        desk.pass(seconds: 30)
        #expect(code("root", IdentityDesk.password) == nil)
        for _ in 0..<4 { #expect(code("root", "wrong") == "wrong_credentials") }
        #expect(code("root", IdentityDesk.password) == nil)
        #expect(try desk.audited("operator") == ["lock", "sign-in", "sign-in"])
    }

    @Test func `An address that tries many names is locked, and the rest of its IPv6 network with it`() throws {
        try desk.administrator()
        for guess in 0..<20 {
            #expect(code("name\(guess)", "wrong", address: "2001:db8::\(guess + 1)") == "wrong_credentials")
        }
        #expect(code("root", IdentityDesk.password, address: "2001:db8::ffff") == "locked")
        #expect(code("root", IdentityDesk.password, address: "2001:db8:0:1::1") == nil)
    }

    @Test func `A right sign-in does not wipe out what its address has done`() throws {
        try desk.administrator()
        for guess in 0..<19 { _ = code("name\(guess)", "wrong") }
        #expect(code("root", IdentityDesk.password) == nil)
        #expect(code("name", "wrong") == "wrong_credentials")
        #expect(code("root", IdentityDesk.password) == "locked")
    }

    @Test(arguments: [
        ("eleven char", "12 characters"), ("annannannannann", "the user name"), ("ann-1234567", "12 characters"),
        ("abcdefghijklm", "in a row"), ("987654321098", "in a row"), ("ababababababab", "too few different"),
        ("password1234", "tried first"), ("Admin-admin-admin", "tried first"), ("some words\u{7}here", "control"),
        (String(repeating: "words", count: 103), "512 bytes"),
    ])
    func `A weak password is refused in words`(_ password: String, _ words: String) {
        let fault = PasswordRules.fault(password, username: password.hasPrefix("annann") ? password : "annabel")
        #expect(fault?.contains(words) == true)
    }

    @Test(arguments: [IdentityDesk.password, "k7m2pw-q3x9ab-c4", "ein Pferd auf dem Dach", "пароль из слов"])
    func `A good password is taken`(_ password: String) {
        #expect(PasswordRules.fault(password, username: "annabel") == nil)
    }

    @Test func `A new password needs the old one, ends the other sessions, and no longer must be changed`() throws {
        try desk.administrator()
        try desk.connection.execute("update operators set must_change = true")
        let (one, other) = (try desk.signIn("root"), try desk.signIn("root"))
        #expect(one.principal.mustChangePassword)
        let change = { (old: String, new: String) in
            refusalCode {
                try desk.identity.changePassword(one.principal, old: old, new: new, Actor("operator:root"))
            }
        }
        #expect(change("wrong", "a horse on the roof") == "wrong_credentials")
        #expect(change(IdentityDesk.password, "short") == "weak_password")
        #expect(change(IdentityDesk.password, IdentityDesk.password) == "weak_password")
        #expect(change(IdentityDesk.password, "a horse on the roof") == nil)
        #expect(try desk.identity.principal(session: other.token) == nil)
        #expect(try desk.identity.principal(session: one.token)?.mustChangePassword == false)
        #expect(code("root", "a horse on the roof") == nil)
        #expect(code("root", IdentityDesk.password) == "wrong_credentials")
    }

    @Test func `The first administrator holds everything, once`() throws {
        let password = try #require(try FirstAdministrator.make(desk.connection))
        #expect(try FirstAdministrator.make(desk.connection) == nil)
        let signed = try desk.identity.signIn(
            operator: FirstAdministrator.username, password: password, from: desk.origin)
        #expect(signed.principal.mustChangePassword)
        #expect(signed.principal.permissions == PermissionCatalogue.core.house)
    }
}
