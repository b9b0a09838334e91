import Store

extension Identity {
    /// Signs an operator in. Unknown names cost what known ones do, and lock alike.
    ///
    /// - code: of the second factor, or a recovery code; asked for by `.secondFactorNeeded`, then given with name and
    ///   password together.
    package func signIn(
        operator username: String, password: String, code: String? = nil, from origin: Origin
    ) throws -> SignedIn {
        let attempts = LoginAttempts(connection: connection, rules: rules)
        let charge = try attempts.charge(.operator, username, address: origin.address, now: now)
        let person = try credentials(of: username)
        let fits = PasswordRules.fits(password)
        let isRight = Scrypt.verify(
            fits ? password : "", person?.hash ?? Scrypt.hashOfNothing(cost: rules.passwordCost))
        guard let person, isRight, fits, person.isActive else {
            try noteLock(charge, username, person?.id, origin)
            throw IdentityRefusal(.wrong)
        }
        var codesLeft: Int?
        if person.hasSecondFactor {
            guard let code, !code.isEmpty else {
                try attempts.payBack(charge, entirely: false)
                throw IdentityRefusal(.secondFactorNeeded)
            }
            guard let taken = try takeCode(code, of: person.id) else {
                try noteLock(charge, username, person.id, origin)
                throw IdentityRefusal(.secondFactorWrong)
            }
            codesLeft = taken.recoveryCodesLeft
        }
        try attempts.payBack(charge, entirely: true)
        return try enter(person, username, origin, codesLeft)
    }

    private func enter(_ person: Credentials, _ username: String, _ origin: Origin, _ codesLeft: Int?) throws
        -> SignedIn
    {
        let time = now
        let signed = try connection.transaction {
            try connection.query(
                "update operators set last_login_at = $2 where id = $1", [.int(person.id), .timestamp(time)])
            let made = try makeSession(.operator, person.id, rules.operatorSession, origin)
            try audit(
                Actor("operator:\(username)", source: origin.address, requestID: origin.requestID), "sign-in",
                "operator", person.id, username)
            return made
        }
        guard let principal = try principal(session: signed.token) else { throw IdentityRefusal(.wrong) }
        return SignedIn(
            token: signed.token, principal: principal, expiresAt: signed.expiresAt, recoveryCodesLeft: codesLeft)
    }

    /// What a sign-in is checked against.
    private struct Credentials {
        let id: Int64
        let hash: String
        let isActive: Bool
        let hasSecondFactor: Bool
    }

    private func credentials(of username: String) throws -> Credentials? {
        try connection.query(
            """
            select id, password_scrypt, is_active, totp_confirmed_at is not null from operators
             where tenant_id = 1 and username = $1 and deleted_at is null
            """, [.text(Identity.clean(username))]
        ).first.map {
            Credentials(id: Int64($0.int(0)), hash: $0.text(1), isActive: $0.bool(2), hasSecondFactor: $0.bool(3))
        }
    }

    /// A NUL can't be asked for in SQL, and is in no name.
    static func clean(_ name: String) -> String { name.utf8.contains(0) ? "" : name }

    /// Writes to the audit log that a failure locked an account that is there: once a lock, not once a guess.
    private func noteLock(_ charge: LoginAttempts.Charge, _ username: String, _ id: Int64?, _ origin: Origin) throws {
        guard let id, let until = charge.account.after.lockedUntil else { return }
        try audit(
            Actor("system", source: origin.address, requestID: origin.requestID), "lock", "operator", id, username,
            after: "{\"failures\": \(charge.account.after.failures), \"locked_until\": \"\(Timestamp.text(until))\"}")
    }
}
