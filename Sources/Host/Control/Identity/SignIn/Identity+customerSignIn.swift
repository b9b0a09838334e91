import AAA
import RADIUS
import Store

extension Identity {
    /// Signs a customer in to the portal by the name and password he connects with, whatever kind it is kept as. One
    /// who is switched off or has expired gets in too: here is where he pays.
    package func signIn(customer username: String, password: String, from origin: Origin) throws -> SignedIn {
        let attempts = LoginAttempts(connection: connection, rules: rules)
        let charge = try attempts.charge(.customer, username, address: origin.address, now: now)
        let rows = try connection.query(
            """
            select id, password_sealed, password_kind from subscribers
             where tenant_id = 1 and username = $1 and deleted_at is null
            """, [.text(Identity.clean(username))])
        let typed = Array(password.utf8)
        guard let row = rows.first, let sealed = row.optionalBytes(1), !typed.isEmpty, typed.count <= 128 else {
            // The same work for a name that is none.
            _ = try isRight(typed, try box.seal(typed, "subscribers/0/password"), "cleartext", 0)
            throw IdentityRefusal(.wrong)
        }
        let id = Int64(row.int(0))
        guard try isRight(typed, sealed, row.text(2), id) else { throw IdentityRefusal(.wrong) }
        try attempts.payBack(charge, entirely: true)
        let made = try makeSession(.customer, id, rules.customerSession, origin)
        guard let principal = try principal(session: made.token) else { throw IdentityRefusal(.wrong) }
        return SignedIn(
            token: made.token, principal: principal, expiresAt: made.expiresAt, recoveryCodesLeft: nil)
    }

    func isRight(_ typed: [UInt8], _ sealed: [UInt8], _ kind: String, _ id: Int64) throws -> Bool {
        let known = try box.open(sealed, "subscribers/\(id)/password")
        return known.withUnsafeBytes { known in
            guard let credential = StoredCredential.view(kind: kind, known) else { return false }
            return typed.withUnsafeBytes { PasswordCheck.matches($0, credential) }
        }
    }
}
