import Control
import Store
import Testing

@Suite struct IdentitySessionTests {
    private let desk: IdentityDesk
    private let actor = Actor("operator:root")

    init() throws { desk = try IdentityDesk() }

    private func principal(_ token: String) throws -> Principal? { try desk.identity.principal(session: token) }

    @Test(arguments: ["", "x", String(repeating: "A", count: 43), String(repeating: "é", count: 43)])
    func `A token that is none is nobody's`(_ token: String) throws {
        #expect(try principal(token) == nil)
        #expect(try desk.identity.principal(token: token, from: "") == nil)
        #expect(try desk.identity.principal(token: "tk_" + token, from: "") == nil)
    }

    @Test func `A session ends an hour after its last use, and twelve after its start however it is used`() throws {
        try desk.administrator()
        let idle = try desk.signIn("root").token
        desk.pass(seconds: 3599)
        #expect(try principal(idle) != nil)
        desk.pass(seconds: 3601)
        #expect(try principal(idle) == nil)
        let busy = try desk.signIn("root").token
        for _ in 0..<23 {
            desk.pass(seconds: 1800)
            #expect(try principal(busy) != nil)
        }
        desk.pass(seconds: 1801)
        #expect(try principal(busy) == nil)
    }

    @Test func `Use is noted once a minute and tells no other node`() throws {
        let id = try desk.administrator()
        let token = try desk.signIn("root").token
        let fed = try desk.connection.query("select count(*) from change_feed where topic = 'identity'")[0].int(0)
        desk.pass(seconds: 59)
        _ = try principal(token)
        let started = try desk.identity.sessions(of: .operator, id)
        #expect(started.map(\.lastUsedAt) == started.map(\.createdAt))
        desk.pass(seconds: 1)
        _ = try principal(token)
        #expect(try desk.identity.sessions(of: .operator, id).map(\.lastUsedAt) == [desk.now])
        #expect(
            try desk.connection.query("select count(*) from change_feed where topic = 'identity'")[0].int(0) == fed)
    }

    @Test func `Sessions are listed with where they are from, and revoked at once, one's own only`() throws {
        let id = try desk.administrator()
        let other = try desk.add("bob", [])
        let (one, two) = (try desk.signIn("root"), try desk.signIn("root"))
        let listed = try desk.identity.sessions(of: .operator, id)
        #expect(listed.map(\.address) == ["192.0.2.7", "192.0.2.7"])
        #expect(
            refusalCode { try desk.identity.revokeSession(listed[0].id, of: .operator, other, actor) } == "not_found")
        try desk.identity.revokeSession(listed[0].id, of: .operator, id, actor)
        #expect(try principal(two.token) == nil)
        #expect(try principal(one.token) != nil)
        try desk.identity.signOut(one.principal, actor)
        #expect(try principal(one.token) == nil)
        #expect(try desk.identity.sessions(of: .operator, id).isEmpty)
        #expect(try desk.audited("session") == ["revoke"])
    }

    @Test(arguments: [
        "update operators set is_active = false where username = 'bob'",
        "update operators set deleted_at = now() where username = 'bob'",
        "update web_sessions set revoked_at = now()",
        "update web_sessions set expires_at = created_at",
    ])
    func `What shuts somebody out ends his session, and every node is told`(_ change: String) throws {
        try desk.add("bob", [try desk.role("r", ["nas.view"])])
        let token = try desk.signIn("bob").token
        #expect(try principal(token)?.permissions == ["nas.view"])
        let fed = try desk.connection.query("select count(*) from change_feed where topic = 'identity'")[0].int(0)
        try desk.connection.execute(change)
        #expect(try principal(token) == nil)
        #expect(try desk.connection.query("select count(*) from change_feed where topic = 'identity'")[0].int(0) > fed)
    }

    @Test func `A role's change is in force at the next request, and every node is told`() throws {
        let role = try desk.role("r", ["nas.view", "nas.test"])
        try desk.add("bob", [role])
        let token = try desk.signIn("bob").token
        let fed = try desk.connection.query("select count(*) from change_feed where topic = 'identity'")[0].int(0)
        try desk.identity.changeRole(role, permissions: ["nas.view"], by: desk.root)
        #expect(try principal(token)?.permissions == ["nas.view"])
        #expect(try desk.connection.query("select count(*) from change_feed where topic = 'identity'")[0].int(0) > fed)
    }

    @Test func `A reseller's operator never holds what is the house's, whatever stands in his roles`() throws {
        try desk.add("rita", [try desk.role(.administrator), try desk.role(.reseller)], reseller: 2)
        let principal = try desk.signIn("rita").principal
        #expect(principal.scope == Scope(resellerID: 2, path: "1/2/"))
        #expect(principal.permissions == PermissionCatalogue.core.reseller)
        for name in ["nas.create", "plugins.manage", "preferences.edit", "audit.view", "sessions.lookup"] {
            #expect(!principal.may(name))
        }
    }

    @Test func `What is long over is forgotten`() throws {
        try desk.administrator()
        _ = try desk.signIn("root")
        try desk.connection.execute(
            "update web_sessions set expires_at = now() - interval '31 days'; "
                + "insert into login_attempts (kind, key, last_at) values ('address', 'x', now() - interval '3 days')")
        try Identity.tidy(desk.connection)
        #expect(try desk.connection.query("select count(*) from web_sessions")[0].int(0) == 0)
        #expect(try desk.connection.query("select count(*) from login_attempts where key = 'x'")[0].int(0) == 0)
    }
}

@Suite struct IdentityTokenTests {
    private let desk: IdentityDesk
    private let actor = Actor("operator:root")

    init() throws { desk = try IdentityDesk() }

    private func principal(_ token: String) throws -> Principal? {
        try desk.identity.principal(token: token, from: "192.0.2.9")
    }

    @Test func `A token holds what its operator holds, cut down to its scopes, also later`() throws {
        let role = try desk.role("r", ["nas.view", "nas.test", "services.view"])
        let id = try desk.add("bob", [role])
        let bob = try desk.signIn("bob").principal
        let all = try desk.identity.createToken("all", scopes: nil, expiresAt: nil, by: bob, actor)
        let some = try desk.identity.createToken(
            "some", scopes: ["nas.view", "nas.test"], expiresAt: nil, by: bob, actor)
        #expect(all.token.hasPrefix("tk_"))
        #expect(try principal(all.token)?.permissions == ["nas.view", "nas.test", "services.view"])
        #expect(try principal(some.token)?.permissions == ["nas.view", "nas.test"])
        try desk.identity.changeRole(role, permissions: ["nas.test", "jobs.view"], by: desk.root)
        #expect(try principal(all.token)?.permissions == ["nas.test", "jobs.view"])
        #expect(try principal(some.token)?.permissions == ["nas.test"])
        #expect(try principal(some.token)?.credential == .token(some.record.id))
        #expect(try desk.identity.tokens(of: id).map(\.name) == ["some", "all"])
        #expect(try desk.identity.tokens(of: id).map(\.lastUsedFrom) == ["192.0.2.9", "192.0.2.9"])
        let stored = try desk.connection.query("select string_agg(t::text, '') from api_tokens t")[0].text(0)
        #expect(!stored.contains(all.token))
    }

    @Test func `A token is refused for what is not held, for a time that is over, and to a token`() throws {
        try desk.add("bob", [try desk.role("r", ["nas.view"])])
        let bob = try desk.signIn("bob").principal
        let create = { (scopes: [String]?, expires: Int64?, principal: Principal) in
            refusalCode {
                _ = try desk.identity.createToken("t", scopes: scopes, expiresAt: expires, by: principal, actor)
            }
        }
        #expect(create(["nas.view", "nas.create"], nil, bob) == "not_held")
        #expect(create(["portal.view"], nil, bob) == "not_held")
        #expect(create(nil, desk.now, bob) == "expired")
        let (token, _) = try desk.identity.createToken("t", scopes: nil, expiresAt: nil, by: bob, actor)
        let byToken = try #require(try principal(token))
        #expect(create(nil, nil, byToken) == "own_session_needed")
        #expect(
            refusalCode { try desk.identity.changePassword(byToken, old: "x", new: "a horse on a roof", actor) }
                == "own_session_needed")
    }

    @Test func `A token ends at its time, when it is revoked, and with its operator`() throws {
        let id = try desk.administrator()
        let root = try desk.signIn("root").principal
        let make = { (expires: Int64?) in
            try desk.identity.createToken("t", scopes: nil, expiresAt: expires, by: root, actor)
        }
        let brief = try make(desk.now + 60_000_000)
        let long = try make(nil)
        let kept = try make(nil)
        #expect(try principal(brief.token) != nil)
        desk.pass(seconds: 60)
        #expect(try principal(brief.token) == nil)
        let other = try desk.add("bob", [])
        #expect(refusalCode { try desk.identity.revokeToken(long.record.id, of: other, actor) } == "not_found")
        #expect(try principal(long.token) != nil)
        try desk.identity.revokeToken(long.record.id, of: id, actor)
        #expect(try principal(long.token) == nil)
        #expect(try principal(kept.token) != nil)
        try desk.connection.execute("update operators set is_active = false")
        #expect(try principal(kept.token) == nil)
        #expect(try desk.audited("token") == ["add", "add", "add", "revoke"])
    }

    @Test func `Use is noted once a minute`() throws {
        let id = try desk.administrator()
        let made = try desk.identity.createToken(
            "t", scopes: nil, expiresAt: nil, by: try desk.signIn("root").principal, actor)
        _ = try principal(made.token)
        let first = desk.now
        desk.pass(seconds: 59)
        _ = try principal(made.token)
        #expect(try desk.identity.tokens(of: id)[0].lastUsedAt == first)
        desk.pass(seconds: 1)
        _ = try principal(made.token)
        #expect(try desk.identity.tokens(of: id)[0].lastUsedAt == desk.now)
    }

    @Test func `A new password of one's own ends the tokens too, unless told, and the audit log says how many`() throws
    {
        try desk.administrator()
        let root = try desk.signIn("root").principal
        func change(_ old: String, _ new: String, endTokens: Bool? = nil) throws {
            if let endTokens {
                try desk.identity.changePassword(root, old: old, new: new, endTokens: endTokens, actor)
            } else {
                try desk.identity.changePassword(root, old: old, new: new, actor)
            }
        }
        let made = try desk.identity.createToken("t", scopes: nil, expiresAt: nil, by: root, actor)
        try change(IdentityDesk.password, "a horse on the roof", endTokens: false)
        #expect(try principal(made.token) != nil)
        try change("a horse on the roof", "two horses on a roof")
        #expect(try principal(made.token) == nil)
        #expect(
            try desk.identity.principal(
                session: try desk.identity.signIn(
                    operator: "root", password: "two horses on a roof", from: desk.origin
                ).token) != nil)
        let ended = try desk.connection.query(
            "select (after ->> 'tokens_ended') from audit_log where action = 'change-password' order by id")
        #expect(ended.map { $0.text(0) } == ["0", "1"])
    }

    @Test func `A password given anew by another ends all sessions and tokens`() throws {
        let id = try desk.add("bob", [])
        let bob = try desk.signIn("bob")
        let made = try desk.identity.createToken("t", scopes: nil, expiresAt: nil, by: bob.principal, actor)
        _ = try desk.identity.resetPassword(id, by: desk.root)
        #expect(try principal(made.token) == nil)
        #expect(try desk.identity.principal(session: bob.token) == nil)
        #expect(
            try desk.connection.query("select after::text from audit_log where action = 'reset-password'")[0].text(0)
                == #"{"tokens_ended": 1, "sessions_ended": 1}"#)
    }

    @Test func `All tokens, or all other sessions, end at once, and those of others go on`() throws {
        let id = try desk.administrator()
        let other = try desk.add("bob", [])
        let (root, second, bob) = (try desk.signIn("root"), try desk.signIn("root"), try desk.signIn("bob"))
        let tokens = try (0..<3).map {
            try desk.identity.createToken("t\($0)", scopes: nil, expiresAt: nil, by: root.principal, actor).token
        }
        let bobs = try desk.identity.createToken("t", scopes: nil, expiresAt: nil, by: bob.principal, actor).token
        guard case .session(let current) = root.principal.credential else { throw RecordRefusal("no session") }
        try desk.identity.endSessions(of: .operator, id, "root", except: current, actor)
        #expect(try desk.identity.principal(session: second.token) == nil)
        #expect(try desk.identity.principal(session: root.token) != nil)
        try desk.identity.endTokens(of: id, "root", actor)
        for token in tokens { #expect(try principal(token) == nil) }
        #expect(try principal(bobs) != nil)
        #expect(try desk.identity.principal(session: bob.token) != nil)
        try desk.identity.endSessions(of: .operator, other, nil, actor)
        #expect(try desk.identity.principal(session: bob.token) == nil)
        #expect(try desk.audited("operator").suffix(3) == ["revoke-sessions", "revoke-tokens", "revoke-sessions"])
    }

    @Test func `The audit log has neither a token nor its hash, neither a password nor a hash of it`() throws {
        try desk.administrator()
        let root = try desk.signIn("root").principal
        let made = try desk.identity.createToken("t", scopes: nil, expiresAt: nil, by: root, actor)
        let added = try desk.identity.addOperator(OperatorDraft(username: "bob"), by: desk.root)
        _ = try desk.identity.resetPassword(added.id, by: desk.root)
        _ = try desk.identity.enrolSecondFactor(root, Actor("operator:root"))
        try desk.identity.changeOperator(root.id, OperatorChange(fullName: "R"), by: desk.root)
        let log = try desk.connection.query("select string_agg(l::text, '') from audit_log l")[0].text(0)
        #expect(log.contains("bob"))
        for secret in [made.token, added.password ?? "?", "scrypt:", "token_hash", "totp_sealed"] {
            #expect(!log.contains(secret))
        }
    }
}
