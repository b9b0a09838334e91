import Store

extension Identity {
    /// That a customer knows his present password. Wrong ones count as wrong sign-ins. Not for "log in as".
    package func checkCustomerPassword(_ principal: Principal, _ password: String) throws {
        guard principal.kind == .customer, principal.impersonator == nil else {
            throw IdentityRefusal(.ownSessionNeeded)
        }
        let attempts = LoginAttempts(connection: connection, rules: rules)
        let charge = try attempts.charge(.customer, principal.name, address: "", now: now)
        let rows = try connection.query(
            "select password_sealed, password_kind from subscribers where id = $1 and deleted_at is null",
            [.int(principal.id)])
        guard let row = rows.first, let sealed = row.optionalBytes(0),
            try isRight(Array(password.utf8), sealed, row.text(1), principal.id)
        else { throw IdentityRefusal(.wrong) }
        try attempts.payBack(charge, entirely: true)
    }

    /// Whether a password is a subscriber's, for an operator who tries a login for him; nil when he has none. Whoever
    /// asks has been found to see him.
    func fits(_ password: String, subscriber id: Int64) throws -> Bool? {
        let rows = try connection.query(
            "select password_sealed, password_kind from subscribers where id = $1 and deleted_at is null", [.int(id)])
        guard let row = rows.first, let sealed = row.optionalBytes(0) else { return nil }
        return try isRight(Array(password.utf8), sealed, row.text(1), id)
    }
}
