import Store

/// Whether those who listen may go on: asked of all at once, with a query for the sessions, one for the tokens, and one
/// for each operator among them.
package struct EventRights {
    private let identity: Identity
    private var holders: [Int64: Holder?] = [:]

    /// Each principal with the rights that he has left; nil for one who is signed out, revoked or moved. Rights that were
    /// gained come with the next connection.
    package static func recheck(_ identity: Identity, _ principals: [Principal]) throws -> [Principal?] {
        var rights = EventRights(identity: identity)
        return try rights.recheck(principals)
    }

    private init(identity: Identity) { self.identity = identity }

    private mutating func recheck(_ principals: [Principal]) throws -> [Principal?] {
        var sessions: [Int64] = []
        var tokens: [Int64] = []
        for principal in principals {
            switch principal.credential {
            case .session(let id): sessions.append(id)
            case .token(let id): tokens.append(id)
            }
        }
        let valid = try identity.connection.query(
            """
            select id, impersonator_id, true from web_sessions
             where id = any($1) and revoked_at is null and expires_at > $3
            union all
            select id, null, false from api_tokens
             where id = any($2) and revoked_at is null and (expires_at is null or expires_at > $3)
            """, [.intArray(sessions), .intArray(tokens), .timestamp(identity.now)])
        var found: [Principal.Credential: Int64?] = [:]
        for row in valid {
            let id = Int64(row.int(0))
            found[row.bool(2) ? .session(id) : .token(id)] = .some(row.optionalInt(1).map(Int64.init))
        }
        return try principals.map { principal in
            guard let impersonator = found[principal.credential] else { return nil }
            return try reduced(principal, impersonator)
        }
    }

    private mutating func reduced(_ principal: Principal, _ impersonator: Int64?) throws -> Principal? {
        guard principal.kind == .operator, let own = try holder(principal.id), own.isUsable,
            own.scope == principal.scope
        else { return nil }
        var permissions = principal.permissions.intersection(own.permissions)
        if let impersonator {
            guard let behind = try holder(impersonator), ImpersonationRules.may(behind, be: own) else { return nil }
            permissions.formIntersection(behind.permissions)
        }
        return Principal(
            kind: .operator, id: principal.id, name: principal.name, tenant: principal.tenant, permissions: permissions,
            scope: principal.scope, credential: principal.credential, impersonator: principal.impersonator,
            mustChangePassword: principal.mustChangePassword)
    }

    private mutating func holder(_ id: Int64) throws -> Holder? {
        if let known = holders[id] { return known }
        let holder = try identity.holder(id)
        holders[id] = .some(holder)
        return holder
    }
}
