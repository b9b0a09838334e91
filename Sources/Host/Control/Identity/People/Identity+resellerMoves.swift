import Store

extension Identity {
    /// Moves a reseller, with all below him, under another or (nil) to the top. Whoever moves sees both ends. What he and
    /// those below had from above, and the new one above does not have, is taken away.
    @discardableResult
    package func moveReseller(_ id: Int64, under parent: Int64?, version: Int64? = nil, by authority: Authority) throws
        -> ResellerLosses
    {
        var losses = ResellerLosses.nothing
        try changingReseller(id, version, by: authority, "move") { old in
            let above = try path(ofReseller: parent, within: authority.scope)
            guard !above.utf8.starts(with: old.utf8) else {
                throw RecordRefusal(
                    "a reseller can't be put under himself", hint: "choose one that is not below him", code: "circle")
            }
            try checkDepth(above)
            let new = "\(above)\(id)/"
            if new == old { return }
            try connection.query(
                "update resellers set parent_id = $2 where id = $1", [.int(id), Parameter(parent)])
            try connection.query(
                "update resellers set path = $2 || substr(path, length($1) + 1) where starts_with(path, $1)",
                [.text(old), .text(new)])
            // What carries the path of its reseller follows him.
            try connection.query("select reseller_moved($1, $2)", [.text(old), .text(new)])
            losses.roles = try dropForeignRoles(authority.actor)
            losses.given = try dropForeignGifts(in: new, under: parent, above, authority.actor)
        }
        return losses
    }

    /// Roles that his people had from those who are no longer above them.
    private func dropForeignRoles(_ actor: Actor) throws -> [ResellerLosses.Roles] {
        let rows = try connection.query(
            """
            with gone as (
                delete from operator_roles j using operators o, roles g, resellers below, resellers above
                 where j.operator_id = o.id and j.role_id = g.id and below.id = o.reseller_id
                   and above.id = g.reseller_id and not starts_with(below.path, above.path)
                returning j.operator_id, o.username, j.role_id)
            select operator_id, username, array_agg(role_id::text order by role_id) from gone group by 1, 2 order by 1
            """)
        return try rows.map { row in
            let lost = ResellerLosses.Roles(
                operatorID: Int64(row.int(0)), username: row.text(1), roles: row.textArray(2).compactMap { Int64($0) })
            try audit(
                actor, "lose-roles", "operator", lost.operatorID, lost.username,
                after: "{\"lost_roles\": \(lost.roles)}")
            return lost
        }
    }

    /// Routers that the new one above does not see, and services that are neither his nor given to him. At the top they
    /// may have what the house has.
    ///
    /// - path: of the reseller who was moved, as it is now.
    private func dropForeignGifts(in path: String, under parent: Int64?, _ above: String, _ actor: Actor) throws
        -> [ResellerLosses.Given]
    {
        let rows = try connection.query(
            """
            with routers as (
                delete from reseller_nas m using resellers r
                 where r.id = m.reseller_id and starts_with(r.path, $1) and $2::bigint is not null
                   and not exists (select from reseller_nas p where p.reseller_id = $2 and p.nas_id = m.nas_id)
                returning m.reseller_id, m.nas_id),
            services as (
                delete from reseller_services m using resellers r, services s
                 where r.id = m.reseller_id and starts_with(r.path, $1) and s.id = m.service_id
                   and not starts_with(s.reseller_path, $1)
                   and case when $2::bigint is null then s.reseller_path <> ''
                            else not starts_with(s.reseller_path, $3) and not exists (
                                select from reseller_services p where p.reseller_id = $2 and p.service_id = m.service_id)
                       end
                returning m.reseller_id, m.service_id)
            select r.id, r.name,
                   array(select nas_id::text from routers m where m.reseller_id = r.id order by nas_id),
                   array(select service_id::text from services m where m.reseller_id = r.id order by service_id)
              from resellers r
             where r.id in (select reseller_id from routers union select reseller_id from services) order by r.path
            """, [.text(path), Parameter(parent), .text(above)])
        return try ResellerLosses.audited(rows, connection, actor)
    }
}
