import Store

extension Identity {
    /// Who a session's token stands for; nil when it is none, over, idle too long or revoked, and when its owner (or
    /// who logged in as him) is no longer let in. Asks the cache first.
    package func principal(session token: String) throws -> Principal? {
        guard !token.hasPrefix(Bearer.tokenPrefix), let hash = Bearer.hash(token) else { return nil }
        return try cached(hash) { try sessionPrincipal(hash) }
    }

    /// Who an API token stands for; nil when it is none, over, revoked, or its operator is no longer let in.
    ///
    /// - address: from where, to be noted with the token.
    package func principal(token: String, from address: String) throws -> Principal? {
        guard token.hasPrefix(Bearer.tokenPrefix), let hash = Bearer.hash(token) else { return nil }
        return try cached(hash) { try tokenPrincipal(hash, address) }
    }

    /// Found, and until when it may be kept.
    private typealias Found = (principal: Principal, until: Int64)

    private func cached(_ hash: [UInt8], _ find: () throws -> Found?) throws -> Principal? {
        if let known = cache?.find(hash, now: now) { return known }
        let ticket = cache?.ticket()
        guard let found = try find() else { return nil }
        if let ticket { cache?.keep(found.principal, for: hash, until: found.until, now: now, ticket) }
        return found.principal
    }

    private func sessionPrincipal(_ hash: [UInt8]) throws -> Found? {
        let time = now
        let rows = try connection.query(
            """
            select id, last_used_at, expires_at, operator_id, subscriber_id, impersonator_id from web_sessions
             where token_hash = $1 and revoked_at is null and expires_at > $2
            """, [.bytes(hash), .timestamp(time)])
        guard let row = rows.first else { return nil }
        let (id, usedAt, impersonator) = (Int64(row.int(0)), row.timestamp(1), row.optionalInt(5).map(Int64.init))
        let principal: Principal?
        if let operatorID = row.optionalInt(3) {
            principal = try operatorPrincipal(Int64(operatorID), .session(id), impersonator: impersonator)
        } else {
            principal = try customerPrincipal(Int64(row.int(4)), .session(id), impersonator: impersonator)
        }
        guard let principal else { return nil }
        let idle = lifetime(principal.kind, impersonated: impersonator != nil).idle
        guard time - usedAt <= idle else { return nil }
        if time - usedAt >= rules.noteEvery {
            try connection.query(
                "update web_sessions set last_used_at = $2 where id = $1", [.int(id), .timestamp(time)])
        }
        return (principal, row.timestamp(2))
    }

    private func tokenPrincipal(_ hash: [UInt8], _ address: String) throws -> Found? {
        let time = now
        let rows = try connection.query(
            """
            select id, operator_id, scopes, expires_at, last_used_at from api_tokens
             where token_hash = $1 and revoked_at is null and (expires_at is null or expires_at > $2)
            """, [.bytes(hash), .timestamp(time)])
        guard let row = rows.first else { return nil }
        let id = Int64(row.int(0))
        guard let holder = try holder(Int64(row.int(1))), holder.isUsable else { return nil }
        let permissions = row.optionalTextArray(2).map { holder.permissions.intersection($0) } ?? holder.permissions
        if time - (row.optionalTimestamp(4) ?? 0) >= rules.noteEvery {
            try connection.query(
                "update api_tokens set last_used_at = $2, last_used_from = $3 where id = $1",
                [.int(id), .timestamp(time), .text(Identity.clean(address))])
        }
        let principal = Principal(
            kind: .operator, id: holder.id, name: holder.username, tenant: holder.tenant, permissions: permissions,
            scope: holder.scope, credential: .token(id), mustChangePassword: holder.mustChange)
        return (principal, row.optionalTimestamp(3) ?? .max)
    }

    private func operatorPrincipal(_ id: Int64, _ credential: Principal.Credential, impersonator: Int64?) throws
        -> Principal?
    {
        guard let holder = try holder(id), holder.isUsable else { return nil }
        guard let impersonator else {
            return Principal(
                kind: .operator, id: id, name: holder.username, tenant: holder.tenant,
                permissions: holder.permissions, scope: holder.scope, credential: credential,
                mustChangePassword: holder.mustChange)
        }
        // What both hold: nobody gains by being somebody else.
        guard let behind = try self.holder(impersonator), ImpersonationRules.may(behind, be: holder) else { return nil }
        return Principal(
            kind: .operator, id: id, name: holder.username, tenant: holder.tenant,
            permissions: holder.permissions.intersection(behind.permissions), scope: holder.scope,
            credential: credential, impersonator: behind.username)
    }

    private func customerPrincipal(_ id: Int64, _ credential: Principal.Credential, impersonator: Int64?) throws
        -> Principal?
    {
        guard let customer = try customer(id) else { return nil }
        var name: String?
        if let impersonator {
            guard let behind = try holder(impersonator), ImpersonationRules.may(behind, beCustomerAt: customer.path)
            else { return nil }
            name = behind.username
        }
        return Principal(
            kind: .customer, id: id, name: customer.name, tenant: customer.tenant, permissions: catalogue.portal,
            scope: .nobody, credential: credential, impersonator: name)
    }

    /// Name, tenant and the path of his reseller (empty: the house's).
    func customer(_ id: Int64) throws -> (name: String, tenant: Int64, path: String)? {
        try connection.query(
            "select username, tenant_id, reseller_path from subscribers where id = $1 and deleted_at is null",
            [.int(id)]
        ).first.map { ($0.text(0), Int64($0.int(1)), $0.text(2)) }
    }
}
