import Store

extension Identity {
    /// Adds a role, of the house or of a reseller. Returns its id.
    package func addRole(
        _ name: String, description: String? = nil, permissions: Set<String>, resellerID: Int64? = nil,
        by authority: Authority
    ) throws -> Int64 {
        try Identity.check(name: name, "role's name")
        try checkKnown(permissions)
        return try refusingTaken("roles_name", "there is a role `\(name)` already") {
            try changing {
                let path = try path(ofReseller: resellerID, within: authority.scope)
                try GrantRules.checkGrant(permissions, at: path, by: authority, catalogue)
                let rows = try connection.query(
                    """
                    insert into roles (name, description, permissions, reseller_id) values ($1, $2, $3, $4)
                    returning id
                    """,
                    [
                        .text(name), Parameter(description), .textArray(permissions.sorted()), Parameter(resellerID),
                    ])
                guard let id = rows.first.map({ Int64($0.int(0)) }) else { throw RecordRefusal("nothing was added") }
                try audit(authority.actor, "add", "role", id, name, after: try roleImage(id))
                return id
            }
        }
    }

    /// Changes a role and, with it, all who have it; nil: stays. Needs to hold what it held and what it will hold.
    package func changeRole(
        _ id: Int64, name: String? = nil, description: String? = nil, permissions: Set<String>? = nil,
        version: Int64? = nil, by authority: Authority
    ) throws {
        if let name { try Identity.check(name: name, "role's name") }
        try refusingTaken("roles_name", "there is a role `\(name ?? "")` already") {
            try changing {
                let role = try governedRole(id, version, by: authority)
                if let permissions {
                    // What a stopped plugin declared may stay; it counts for nothing meanwhile.
                    try checkKnown(permissions.subtracting(role.stored))
                    let added = permissions.subtracting(role.stored)
                    try GrantRules.checkGrant(added, at: role.path, by: authority, catalogue)
                    try checkMembers(of: id, added)
                }
                let before = try roleImage(id)
                try connection.query(
                    """
                    update roles set name = coalesce($2, name),
                           description = case when $3::text is null then description else nullif($3, '') end,
                           permissions = coalesce($4::text[], permissions)
                     where id = $1
                    """,
                    [
                        .int(id), Parameter(name), Parameter(description),
                        permissions.map { .textArray($0.sorted()) } ?? .null,
                    ])
                try audit(
                    authority.actor, "set", "role", id, name ?? role.name, before: before, after: try roleImage(id))
            }
        }
    }

    /// Refused while somebody has it.
    package func removeRole(_ id: Int64, version: Int64? = nil, by authority: Authority) throws {
        try changing {
            let role = try governedRole(id, version, by: authority)
            let users = try connection.query("select count(*) from operator_roles where role_id = $1", [.int(id)])
            guard users.first?.int(0) == 0 else {
                throw RecordRefusal(
                    "\(users.first?.int(0) ?? 0) operators have the role `\(role.name)`",
                    hint: "give them another one first", code: "in_use")
            }
            let before = try roleImage(id)
            try connection.query("delete from roles where id = $1", [.int(id)])
            try audit(authority.actor, "remove", "role", id, role.name, before: before)
        }
    }

    /// What a role comes to now; a built-in one follows the catalogue.
    package func permissions(ofRole id: Int64, by authority: Authority) throws -> Set<String> {
        try role(id, seenBy: authority.scope).permissions(catalogue)
    }

    /// One that is in the scope, not built in, and holds no more than who asks.
    private func governedRole(_ id: Int64, _ version: Int64?, by authority: Authority) throws -> HeldRole {
        let role = try role(id, seenBy: authority.scope)
        guard role.builtin == nil else {
            throw RecordRefusal(
                "the role `\(role.name)` is built in", hint: "make one of your own from it", code: "built_in")
        }
        try Identity.check(version: version, is: role.version)
        try GrantRules.checkOver(role.permissions(catalogue), by: authority, "role")
        return role
    }

    /// A role of the house may have been given to a reseller's people: it gets nothing then that they can't hold.
    private func checkMembers(of role: Int64, _ added: Set<String>) throws {
        let barred = added.filter { catalogue[$0]?.reach != .everybody }
        if barred.isEmpty { return }
        let rows = try connection.query(
            """
            select exists (select from operator_roles j join operators o on o.id = j.operator_id
                            where j.role_id = $1 and o.reseller_id is not null)
            """, [.int(role)])
        guard rows.first?.bool(0) == false else {
            throw RecordRefusal(
                "people of resellers have this role, and they can't hold \(barred.sorted().joined(separator: ", "))",
                hint: "make another role for the house", code: "house_only")
        }
    }

    private func checkKnown(_ permissions: Set<String>) throws {
        let unknown = permissions.filter { catalogue[$0].map { $0.reach == .portal } ?? true }
        guard unknown.isEmpty else {
            throw RecordRefusal(
                "there is no permission \(unknown.sorted().prefix(5).joined(separator: ", "))",
                hint: "see the list of permissions", code: "unknown_permission")
        }
    }

    private func roleImage(_ id: Int64) throws -> String? {
        try connection.query("select to_jsonb(g)::text from roles g where id = $1", [.int(id)]).first?.optionalText(0)
    }
}
