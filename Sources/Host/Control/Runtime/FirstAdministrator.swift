package import Store

/// The first operator, made once: with a password that is shown once and must be changed.
package enum FirstAdministrator {
    package static let username = "admin"

    /// The password when the operator was made now; nil when there are operators already.
    package static func make(_ connection: Connection) throws -> String? {
        guard try connection.query("select exists (select from operators)").first?.bool(0) == false else { return nil }
        let password = ReadableSecret.make(letters: 24)
        let added = try connection.query(
            """
            with made as (
              insert into operators (username, full_name, password_scrypt, must_change) values ($1, $2, $3, true)
              on conflict do nothing returning id, tenant_id)
            insert into operator_roles (operator_id, role_id)
            select m.id, r.id from made m join roles r on r.tenant_id = m.tenant_id and r.builtin = 'administrator'
            returning operator_id
            """, [.text(username), "First administrator", .text(Scrypt.hash(password))])
        return added.isEmpty ? nil : password
    }
}
