import Store

/// A second factor that waits for its first code.
package struct Enrolment: Sendable {
    /// For apps that take it typed.
    package let secret: String
    /// For those that take a picture.
    package let uri: String
}

extension Identity {
    /// What a code was, when it was taken.
    struct TakenCode {
        /// nil for a code of the app.
        let recoveryCodesLeft: Int?
    }

    /// Begins a second factor: in force only once `confirmSecondFactor` has seen a code. One that is in force must be
    /// ended first.
    package func enrolSecondFactor(_ principal: Principal, issuer: String = "Tollkeeper", _ actor: Actor) throws
        -> Enrolment
    {
        try requireOperator(principal)
        let secret = Digest.random(20)
        let sealed = try box.seal(secret, Identity.place(principal.id))
        try connection.transaction { () throws in
            let changed = try connection.query(
                """
                update operators set totp_sealed = $2, totp_last_step = null where id = $1 and totp_confirmed_at is null
                returning id
                """, [.int(principal.id), .bytes(sealed)])
            guard !changed.isEmpty else {
                throw RecordRefusal(
                    "a second factor is in force already", hint: "end it first, with a code of it", code: "in_force")
            }
            try audit(actor, "begin-second-factor", "operator", principal.id, principal.name)
        }
        return Enrolment(
            secret: Base32.text(secret), uri: TOTP.uri(secret, account: principal.name, issuer: issuer))
    }

    /// Puts it in force by a first code; gives the recovery codes, which are shown this once.
    package func confirmSecondFactor(_ principal: Principal, code: String, _ actor: Actor) throws -> [String] {
        try requireOperator(principal)
        return try connection.transaction {
            guard let factor = try secondFactor(principal.id), !factor.isConfirmed else {
                throw RecordRefusal("there is no second factor to confirm", hint: "begin it first", code: "not_begun")
            }
            guard let step = factor.step(of: code, now: now) else { throw IdentityRefusal(.secondFactorWrong) }
            try connection.query(
                "update operators set totp_confirmed_at = $2, totp_last_step = $3 where id = $1",
                [.int(principal.id), .timestamp(now), .int(step)])
            let codes = try RecoveryCodes(connection: connection).replace(of: principal.id)
            try audit(actor, "enable-second-factor", "operator", principal.id, principal.name)
            return codes
        }
    }

    /// New recovery codes in place of the old ones, by a code of the app.
    package func renewRecoveryCodes(_ principal: Principal, code: String, _ actor: Actor) throws -> [String] {
        try withFactorProven(principal, code) {
            let codes = try RecoveryCodes(connection: connection).replace(of: principal.id)
            try audit(actor, "renew-recovery-codes", "operator", principal.id, principal.name)
            return codes
        }
    }

    /// Ends it, by a code of it.
    package func disableSecondFactor(_ principal: Principal, code: String, _ actor: Actor) throws {
        try withFactorProven(principal, code) {
            try endSecondFactor(principal.id)
            try audit(actor, "disable-second-factor", "operator", principal.id, principal.name)
        }
    }

    /// Without its code; the caller has checked who asks.
    func endSecondFactor(_ id: Int64) throws {
        try connection.query(
            """
            update operators set totp_sealed = null, totp_confirmed_at = null, totp_last_step = null where id = $1
            """, [.int(id)])
        try connection.query("delete from recovery_codes where operator_id = $1", [.int(id)])
    }

    /// Uses up a code of the app, or a recovery code; nil when it is neither.
    func takeCode(_ code: String, of id: Int64) throws -> TakenCode? {
        try connection.transaction {
            guard let factor = try secondFactor(id), factor.isConfirmed else { return nil }
            if let step = factor.step(of: code, now: now) {
                try connection.query(
                    "update operators set totp_last_step = $2 where id = $1", [.int(id), .int(step)])
                return TakenCode(recoveryCodesLeft: nil)
            }
            let left = try RecoveryCodes(connection: connection).take(code, of: id, now: now)
            return left.map { TakenCode(recoveryCodesLeft: $0) }
        }
    }

    /// Guesses count as wrong sign-ins do.
    private func withFactorProven<Value>(_ principal: Principal, _ code: String, _ body: () throws -> Value) throws
        -> Value
    {
        try requireOperator(principal)
        let attempts = LoginAttempts(connection: connection, rules: rules)
        let charge = try attempts.charge(.operator, principal.name, address: nil, now: now)
        guard try takeCode(code, of: principal.id) != nil else { throw IdentityRefusal(.secondFactorWrong) }
        try attempts.payBack(charge, entirely: true)
        return try connection.transaction { try body() }
    }

    func requireOperator(_ principal: Principal) throws {
        try principal.requireOwnSession()
        guard principal.kind == .operator else { throw IdentityRefusal(.ownSessionNeeded) }
    }

    private struct Factor {
        let secret: [UInt8]
        let isConfirmed: Bool
        let lastStep: Int64?

        func step(of code: String, now: Int64) -> Int64? {
            TOTP.step(of: code, secret, unixSeconds: now / 1_000_000, after: lastStep)
        }
    }

    /// Locked, so that a code is taken once.
    private func secondFactor(_ id: Int64) throws -> Factor? {
        let rows = try connection.query(
            """
            select totp_sealed, totp_confirmed_at is not null, totp_last_step from operators
             where id = $1 and totp_sealed is not null for update
            """, [.int(id)])
        guard let row = rows.first else { return nil }
        return Factor(
            secret: try box.open(row.bytes(0), Identity.place(id)), isConfirmed: row.bool(1),
            lastStep: row.optionalInt(2).map(Int64.init))
    }

    private static func place(_ id: Int64) -> String { "operators/\(id)/totp" }
}
