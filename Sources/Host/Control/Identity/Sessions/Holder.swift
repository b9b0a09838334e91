import Store

/// An operator with what his roles come to, as the database has him now.
struct Holder: Sendable {
    let id: Int64
    let username: String
    let tenant: Int64
    let mustChange: Bool
    /// Not switched off, not removed.
    let isUsable: Bool
    let scope: Scope
    let permissions: Set<String>
    let version: Int64

    /// Columns of an operator `o`, his reseller `r`, and his roles put together.
    static let columns = """
        o.id, o.username, o.tenant_id, o.must_change, o.is_active and o.deleted_at is null, o.reseller_id, r.path,
        coalesce((select array_agg(distinct g.builtin) from operator_roles j join roles g on g.id = j.role_id
                   where j.operator_id = o.id and g.builtin is not null), '{}'),
        coalesce((select array_agg(distinct p) from operator_roles j join roles g on g.id = j.role_id,
                         unnest(g.permissions) p where j.operator_id = o.id), '{}'),
        o.version
        """

    init(_ row: Row, _ catalogue: PermissionCatalogue, from first: Int = 0) {
        id = Int64(row.int(first))
        username = row.text(first + 1)
        tenant = Int64(row.int(first + 2))
        mustChange = row.bool(first + 3)
        isUsable = row.bool(first + 4)
        let reseller = row.optionalInt(first + 5).map(Int64.init)
        scope = Scope(resellerID: reseller, path: row.optionalText(first + 6) ?? "")
        permissions = catalogue.effective(
            builtin: row.textArray(first + 7).compactMap(BuiltInRole.init(rawValue:)),
            stored: row.textArray(first + 8), isHouse: reseller == nil)
        version = Int64(row.int(first + 9))
    }
}

extension Identity {
    /// nil when there is none, or he was removed.
    func holder(_ id: Int64) throws -> Holder? {
        try connection.query(
            """
            select \(Holder.columns) from operators o left join resellers r on r.id = o.reseller_id
             where o.id = $1 and o.deleted_at is null
            """, [.int(id)]
        ).first.map { Holder($0, catalogue) }
    }
}
