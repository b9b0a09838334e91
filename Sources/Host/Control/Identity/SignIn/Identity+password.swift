import Store

extension Identity {
    /// A new password of one's own, by the old one; ends all other sessions and, unless told, all tokens: who knew the
    /// old one may have made some. Wrong old ones count as wrong sign-ins.
    package func changePassword(
        _ principal: Principal, old: String, new: String, endTokens: Bool = true, _ actor: Actor
    ) throws {
        try requireOperator(principal)
        guard case .session(let session) = principal.credential else { throw IdentityRefusal(.ownSessionNeeded) }
        try PasswordRules.check(new, username: principal.name)
        let attempts = LoginAttempts(connection: connection, rules: rules)
        let charge = try attempts.charge(.operator, principal.name, address: nil, now: now)
        let known = try connection.query(
            "select password_scrypt from operators where id = $1 and deleted_at is null", [.int(principal.id)])
        guard let hash = known.first?.text(0), PasswordRules.fits(old), Scrypt.verify(old, hash) else {
            throw IdentityRefusal(.wrong)
        }
        try attempts.payBack(charge, entirely: true)
        guard old != new else {
            throw RecordRefusal(
                "the new password is the old one", hint: "choose another", code: "weak_password")
        }
        let made = Scrypt.hash(new, cost: rules.passwordCost)
        try connection.transaction {
            try connection.query(
                """
                update operators set password_scrypt = $2, must_change = false, password_changed_at = $3
                 where id = $1
                """, [.int(principal.id), .text(made), .timestamp(now)])
            let sessions = try revokeSessions(of: .operator, principal.id, except: session)
            let tokens = endTokens ? try revokeTokens(of: principal.id) : 0
            try audit(
                actor, "change-password", "operator", principal.id, principal.name,
                after: Identity.ended(sessions: sessions, tokens: tokens))
        }
        cache?.forgetAll()
    }
}
