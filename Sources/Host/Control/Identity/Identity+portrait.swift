import Store

extension Identity {
    /// What is shown of somebody beside his principal: full name, reseller's id and name, whether a second factor is in
    /// force.
    static func portrait(of principal: Principal, _ connection: Connection) throws -> Row? {
        try connection.query(
            principal.kind == .operator
                ? """
                select o.full_name, o.reseller_id, r.name, o.totp_confirmed_at is not null
                  from operators o left join resellers r on r.id = o.reseller_id where o.id = $1
                """ : "select full_name, null::bigint, null::text, false from subscribers where id = $1",
            [.int(principal.id)]
        ).first
    }

    /// Whether nobody has begun yet: the one-time password was never changed.
    static func isFresh(_ connection: Connection) throws -> Bool {
        try connection.query(
            "select not exists (select from operators where not must_change or password_changed_at is not null)")[0]
            .bool(0)
    }
}
