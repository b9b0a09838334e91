import Store

extension Identity {
    /// A new token of the one who asks; shown this once. `scopes` nil: all that he holds, now and later.
    ///
    /// - expiresAt: microseconds since 1970; nil: never.
    package func createToken(
        _ name: String, scopes: [String]?, expiresAt: Int64?, by principal: Principal, _ actor: Actor
    ) throws -> (token: String, record: TokenRecord) {
        try requireOperator(principal)
        guard (1...100).contains(name.count), !name.utf8.contains(0) else {
            throw RecordRefusal("a token's name has 1 to 100 characters", code: "invalid_name")
        }
        if let scopes { try GrantRules.checkHeld(Set(scopes), by: principal.permissions) }
        if let expiresAt, expiresAt <= now {
            throw RecordRefusal("that time is over already", hint: "choose a later one, or none", code: "expired")
        }
        let token = Bearer.tokenPrefix + Bearer.random()
        return try connection.transaction {
            let rows = try connection.query(
                """
                insert into api_tokens (operator_id, name, token_hash, prefix, scopes, created_at, expires_at)
                values ($1, $2, $3, $4, $5, $6, $7) returning \(Identity.tokenColumns)
                """,
                [
                    .int(principal.id), .text(name), .bytes(Digest.sha256(Array(token.utf8))),
                    .text(String(token.prefix(Bearer.shown))), scopes.map { .textArray($0) } ?? .null,
                    .timestamp(now), Parameter(timestamp: expiresAt),
                ])
            guard let record = rows.first.map(TokenRecord.init) else { throw RecordRefusal("no token was made") }
            try audit(actor, "add", "token", record.id, name, after: try tokenImage(record.id))
            return (token, record)
        }
    }

    /// The tokens of an operator that are not revoked, the newest first; those that are over are among them.
    package func tokens(of operatorID: Int64) throws -> [TokenRecord] {
        try connection.query(
            """
            select \(Identity.tokenColumns) from api_tokens where operator_id = $1 and revoked_at is null
             order by id desc
            """, [.int(operatorID)]
        ).map(TokenRecord.init)
    }

    /// Revoked at once, on every node; throws when it is not that operator's.
    package func revokeToken(_ id: Int64, of operatorID: Int64, _ actor: Actor) throws {
        defer { cache?.forgetAll() }
        try connection.transaction {
            let before = try tokenImage(id)
            let rows = try connection.query(
                """
                update api_tokens set revoked_at = coalesce(revoked_at, $3) where id = $2 and operator_id = $1
                returning name
                """, [.int(operatorID), .int(id), .timestamp(now)])
            guard let row = rows.first else { throw RecordRefusal("there is no such token", code: "not_found") }
            try audit(actor, "revoke", "token", id, row.text(0), before: before, after: try tokenImage(id))
        }
    }

    /// Ends all tokens of an operator, at once, on every node; gives how many. Inside the caller's transaction, or its
    /// own.
    @discardableResult
    package func revokeTokens(of operatorID: Int64) throws -> Int {
        defer { cache?.forgetAll() }
        return try connection.query(
            "update api_tokens set revoked_at = $2 where operator_id = $1 and revoked_at is null",
            [.int(operatorID), .timestamp(now)]
        ).affected
    }

    /// For the audit log: what went with a password, or at once.
    static func ended(sessions: Int = 0, tokens: Int = 0) -> String {
        "{\"sessions_ended\": \(sessions), \"tokens_ended\": \(tokens)}"
    }

    /// Ends all tokens of an operator, in a row of the audit log. Of oneself, or of one whom the caller has found that
    /// he governs.
    package func endTokens(of operatorID: Int64, _ name: String?, _ actor: Actor) throws {
        // Who asks between the change and its commit is still found, and must not stay known.
        defer { cache?.forgetAll() }
        try connection.transaction { () throws in
            let count = try revokeTokens(of: operatorID)
            try audit(actor, "revoke-tokens", "operator", operatorID, name, after: Identity.ended(tokens: count))
        }
    }

    private static let tokenColumns =
        "id, name, prefix, scopes, created_at, expires_at, last_used_at, last_used_from"

    private func tokenImage(_ id: Int64) throws -> String? {
        try connection.query(
            "select (to_jsonb(t) - 'token_hash')::text from api_tokens t where id = $1", [.int(id)]
        ).first?.optionalText(0)
    }
}
