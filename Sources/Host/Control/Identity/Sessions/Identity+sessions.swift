package import Store

extension Identity {
    struct MadeSession {
        let id: Int64
        let token: String
        let expiresAt: Int64
    }

    func makeSession(
        _ kind: Principal.Kind, _ id: Int64, _ lifetime: IdentityRules.Lifetime, _ origin: Origin,
        impersonator: Int64? = nil
    ) throws -> MadeSession {
        let token = Bearer.session()
        let time = now
        let expires = time + lifetime.absolute
        let rows = try connection.query(
            """
            insert into web_sessions (token_hash, kind, operator_id, subscriber_id, impersonator_id, address, user_agent,
                                      created_at, last_used_at, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9) returning id
            """,
            [
                .bytes(Digest.sha256(Array(token.utf8))), .text(kind.rawValue),
                kind == .operator ? .int(id) : .null, kind == .customer ? .int(id) : .null, Parameter(impersonator),
                .text(Identity.clean(origin.address)), Parameter(origin.userAgent.map(Identity.clean)),
                .timestamp(time), .timestamp(expires),
            ])
        guard let row = rows.first else { throw RecordRefusal("no session was made") }
        return MadeSession(id: Int64(row.int(0)), token: token, expiresAt: expires)
    }

    /// Ends the session that a principal is signed in by; for a token there is nothing to end.
    package func signOut(_ principal: Principal, _ actor: Actor) throws {
        guard case .session(let id) = principal.credential else { return }
        defer { cache?.forgetAll() }
        try connection.transaction {
            try connection.query(
                "update web_sessions set revoked_at = $2 where id = $1 and revoked_at is null",
                [.int(id), .timestamp(now)])
            if principal.kind == .operator || principal.impersonator != nil {
                try audit(actor, "sign-out", principal.kind.rawValue, principal.id, principal.name)
            }
        }
    }

    /// The sessions that are open, of one operator or customer, the newest first.
    package func sessions(of kind: Principal.Kind, _ id: Int64) throws -> [SessionRecord] {
        try connection.query(
            """
            select w.id, w.created_at, w.last_used_at, w.expires_at, w.address, w.user_agent, i.username
              from web_sessions w left join operators i on i.id = w.impersonator_id
             where \(kind == .operator ? "w.operator_id" : "w.subscriber_id") = $1 and w.revoked_at is null
               and w.expires_at > $2 and w.last_used_at > $2::timestamptz - $3::float8 * interval '1 microsecond'
             order by w.id desc
            """, [.int(id), .timestamp(now), .int(lifetime(kind, impersonated: false).idle)]
        ).map(SessionRecord.init)
    }

    /// Ends one session; throws when it is not that person's.
    package func revokeSession(_ session: Int64, of kind: Principal.Kind, _ id: Int64, _ actor: Actor) throws {
        defer { cache?.forgetAll() }
        try connection.transaction {
            let rows = try connection.query(
                """
                update web_sessions set revoked_at = coalesce(revoked_at, $3)
                 where id = $2 and \(kind == .operator ? "operator_id" : "subscriber_id") = $1 returning id
                """, [.int(id), .int(session), .timestamp(now)])
            guard !rows.isEmpty else { throw RecordRefusal("there is no such session", code: "not_found") }
            try audit(actor, "revoke", "session", session, nil)
        }
    }

    /// Ends all sessions of one person, but for one; gives how many. Inside the caller's transaction, or its own.
    @discardableResult
    package func revokeSessions(of kind: Principal.Kind, _ id: Int64, except kept: Int64? = nil) throws -> Int {
        defer { cache?.forgetAll() }
        return try connection.query(
            """
            update web_sessions set revoked_at = $2
             where \(kind == .operator ? "operator_id" : "subscriber_id") = $1 and revoked_at is null
               and id <> coalesce($3::bigint, 0)
            """, [.int(id), .timestamp(now), Parameter(kept)]
        ).affected
    }

    /// Ends all sessions of one person but for one, in a row of the audit log. Of oneself, or of one whom the caller has
    /// found that he governs.
    package func endSessions(
        of kind: Principal.Kind, _ id: Int64, _ name: String?, except kept: Int64? = nil, _ actor: Actor
    ) throws {
        // Who asks between the change and its commit is still found, and must not stay known.
        defer { cache?.forgetAll() }
        try connection.transaction { () throws in
            let count = try revokeSessions(of: kind, id, except: kept)
            try audit(actor, "revoke-sessions", kind.rawValue, id, name, after: Identity.ended(sessions: count))
        }
    }

    /// After a customer's password was changed: who knew the old one is out.
    static func endCustomerSessions(_ connection: Connection, _ subscriberID: Int64) throws {
        try connection.query(
            "update web_sessions set revoked_at = now() where subscriber_id = $1 and revoked_at is null",
            [.int(subscriberID)])
    }

    func lifetime(_ kind: Principal.Kind, impersonated: Bool) -> IdentityRules.Lifetime {
        if impersonated { return rules.impersonation }
        return kind == .operator ? rules.operatorSession : rules.customerSession
    }

    /// Forgets what is over: sessions a month after their end, counts of failures after two days.
    package static func tidy(_ connection: Connection) throws {
        try connection.query(
            "delete from web_sessions where expires_at < now() - interval '30 days'"
                + " or revoked_at < now() - interval '30 days'")
        try connection.query("delete from login_attempts where last_at < now() - interval '2 days'")
    }
}
