import Store

extension Identity {
    /// Adds an operator; gives the password that was made for him, to be shown once.
    package func addOperator(_ draft: OperatorDraft, by authority: Authority) throws -> (id: Int64, password: String?) {
        try Identity.check(name: draft.username, "user name")
        if let password = draft.password { try PasswordRules.check(password, username: draft.username) }
        let made = draft.password == nil ? ReadableSecret.make(letters: 24) : nil
        let hash = Scrypt.hash(draft.password ?? made ?? "", cost: rules.passwordCost)
        return try refusingTaken("operators_username", "there is an operator `\(draft.username)` already") {
            try changing {
                let path = try path(ofReseller: draft.resellerID, within: authority.scope)
                let rows = try connection.query(
                    """
                    insert into operators (username, full_name, email, reseller_id, password_scrypt, must_change)
                    values ($1, $2, $3, $4, $5, true) returning id
                    """,
                    [
                        .text(draft.username), Parameter(draft.fullName), Parameter(draft.email),
                        Parameter(draft.resellerID), .text(hash),
                    ])
                guard let id = rows.first.map({ Int64($0.int(0)) }) else { throw RecordRefusal("nothing was added") }
                try give(draft.roles, to: id, at: path, by: authority)
                try audit(
                    authority.actor, "add", "operator", id, draft.username, after: try operatorImage(id))
                return (id, made)
            }
        }
    }

    /// Changes an operator. `version`: refuses when it is not the current one.
    package func changeOperator(
        _ id: Int64, _ change: OperatorChange, version: Int64? = nil, by authority: Authority
    ) throws {
        if let name = change.username { try Identity.check(name: name, "user name") }
        try refusingTaken("operators_username", "there is an operator `\(change.username ?? "")` already") {
            try changing {
                let holder = try governed(id, version, by: authority)
                if change.isActive == false { try refuseSelf(id, authority, "switch off") }
                let before = try operatorImage(id)
                try connection.query(
                    """
                    update operators set username = coalesce($2, username),
                           full_name = case when $3::text is null then full_name else nullif($3, '') end,
                           email = case when $4::text is null then email else nullif($4, '') end,
                           is_active = coalesce($5, is_active), version = version + 1
                     where id = $1
                    """,
                    [
                        .int(id), Parameter(change.username), Parameter(change.fullName), Parameter(change.email),
                        Parameter(change.isActive),
                    ])
                if let roles = change.roles { try give(roles, to: id, at: holder.scope.path, by: authority) }
                if change.isActive == false { try revokeSessions(of: .operator, id) }
                try checkAdministratorLeft()
                try audit(
                    authority.actor, "set", "operator", id, change.username ?? holder.username, before: before,
                    after: try operatorImage(id))
            }
        }
    }

    /// Removes an operator: his name is free again, what he did stays in the audit log.
    package func removeOperator(_ id: Int64, version: Int64? = nil, by authority: Authority) throws {
        try changing {
            let holder = try governed(id, version, by: authority)
            try refuseSelf(id, authority, "remove")
            let before = try operatorImage(id)
            try connection.query(
                "update operators set deleted_at = $2, is_active = false where id = $1", [.int(id), .timestamp(now)])
            try connection.query("delete from operator_roles where operator_id = $1", [.int(id)])
            try revokeTokens(of: id)
            try revokeSessions(of: .operator, id)
            try endSecondFactor(id)
            try checkAdministratorLeft()
            try audit(authority.actor, "remove", "operator", id, holder.username, before: before)
        }
    }

    /// Gives an operator a new password, made unless told, that he must change; ends his sessions, tokens and lock.
    package func resetPassword(_ id: Int64, to password: String? = nil, by authority: Authority) throws -> String? {
        let made = password == nil ? ReadableSecret.make(letters: 24) : nil
        let hash = Scrypt.hash(password ?? made ?? "", cost: rules.passwordCost)
        return try changing {
            let holder = try governed(id, nil, by: authority)
            try refuseSelf(id, authority, "reset the password of")
            if let password { try PasswordRules.check(password, username: holder.username) }
            try connection.query(
                """
                update operators set password_scrypt = $2, must_change = true, password_changed_at = $3 where id = $1
                """, [.int(id), .text(hash), .timestamp(now)])
            let ended = Identity.ended(
                sessions: try revokeSessions(of: .operator, id), tokens: try revokeTokens(of: id))
            try LoginAttempts(connection: connection, rules: rules).forget(.operator, holder.username)
            try audit(authority.actor, "reset-password", "operator", id, holder.username, after: ended)
            return made
        }
    }

    /// Takes an operator's second factor away, for one who has lost it; ends his sessions.
    package func resetSecondFactor(_ id: Int64, by authority: Authority) throws {
        try changing {
            let holder = try governed(id, nil, by: authority)
            try refuseSelf(id, authority, "take the second factor of")
            try endSecondFactor(id)
            try revokeSessions(of: .operator, id)
            try audit(authority.actor, "reset-second-factor", "operator", id, holder.username)
        }
    }

    /// An operator that the authority sees and may change. Others' sessions and tokens are looked after by this too.
    package func checkGoverned(_ id: Int64, by authority: Authority) throws { _ = try governed(id, nil, by: authority) }

    /// That somebody holds all that an operator whom he sees holds, himself included: his token may hold less.
    func checkHoldsAll(of id: Int64, by authority: Authority) throws {
        try GrantRules.checkOver(try holder(id, within: authority).permissions, by: authority, "operator")
    }

    private func governed(_ id: Int64, _ version: Int64?, by authority: Authority) throws -> Holder {
        let holder = try holder(id, within: authority)
        try Identity.check(version: version, is: holder.version)
        try GrantRules.checkOver(holder.permissions, by: authority, "operator")
        return holder
    }

    private func refuseSelf(_ id: Int64, _ authority: Authority, _ deed: String) throws {
        guard id == authority.operatorID else { return }
        throw RecordRefusal("you can't \(deed) yourself", hint: "another operator can", code: "self")
    }

    /// Sets an operator's roles. Those he has already and keeps are not given anew.
    private func give(_ roles: [Int64], to id: Int64, at path: String, by authority: Authority) throws {
        let had = Set(
            try connection.query("select role_id from operator_roles where operator_id = $1", [.int(id)])
                .map { Int64($0.int(0)) })
        for added in Set(roles).subtracting(had).sorted() {
            let role = try role(added, seenBy: authority.scope)
            guard GrantRules.reaches(role: role.path, path) else {
                throw RecordRefusal(
                    "the role `\(role.name)` belongs to another reseller", hint: "choose one of his, or of those above",
                    code: "wrong_reseller")
            }
            try GrantRules.checkGrant(role.permissions(catalogue), at: path, by: authority, catalogue)
        }
        let wanted = Parameter.intArray(Set(roles).map { $0 })
        try connection.query(
            "delete from operator_roles where operator_id = $1 and role_id <> all ($2::bigint[])", [.int(id), wanted])
        try connection.query(
            """
            insert into operator_roles (operator_id, role_id) select $1, unnest($2::bigint[]) on conflict do nothing
            """, [.int(id), wanted])
    }

    private func operatorImage(_ id: Int64) throws -> String? {
        try connection.query(
            """
            select (to_jsonb(o) - '{password_scrypt,totp_sealed,totp_last_step}'::text[] || jsonb_build_object('roles',
                     coalesce((select jsonb_agg(g.name order by g.name) from operator_roles j
                                 join roles g on g.id = j.role_id where j.operator_id = o.id), '[]')))::text
              from operators o where id = $1
            """, [.int(id)]
        ).first?.optionalText(0)
    }
}
