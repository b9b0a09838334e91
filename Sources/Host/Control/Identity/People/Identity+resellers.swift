import Store

extension Identity {
    /// Adds a reseller, under another or (nil) at the top, which only the house can. Returns its id.
    package func addReseller(_ name: String, under parent: Int64?, by authority: Authority) throws -> Int64 {
        try Identity.check(name: name, "reseller's name")
        return try refusingTaken("resellers_name", "there is a reseller `\(name)` already") {
            try changing {
                let path = try path(ofReseller: parent, within: authority.scope)
                try checkDepth(path)
                let rows = try connection.query(
                    """
                    insert into resellers (id, name, parent_id, path)
                    select n, $1, $2, $3::text || n || '/'
                      from nextval(pg_get_serial_sequence('resellers', 'id')) as n returning id
                    """, [.text(name), Parameter(parent), .text(path)])
                guard let id = rows.first.map({ Int64($0.int(0)) }) else { throw RecordRefusal("nothing was added") }
                try audit(authority.actor, "add", "reseller", id, name, after: try resellerImage(id))
                return id
            }
        }
    }

    package func renameReseller(_ id: Int64, _ name: String, version: Int64? = nil, by authority: Authority) throws {
        try Identity.check(name: name, "reseller's name")
        try refusingTaken("resellers_name", "there is a reseller `\(name)` already") {
            try changingReseller(id, version, by: authority, "set", name) { _ in
                try connection.query("update resellers set name = $2 where id = $1", [.int(id), .text(name)])
            }
        }
    }

    /// The routers that a reseller sees, all of them anew. A reseller can give those below him only what he sees; nor
    /// does the house give one what those above him don't see.
    package func setRouters(ofReseller id: Int64, _ routers: [Int64], by authority: Authority) throws {
        try changingReseller(id, nil, by: authority, "set-routers") { _ in
            let wanted = Parameter.intArray(Set(routers).map { $0 })
            let known = try connection.query(
                """
                select count(*) from nas_devices n where n.id = any ($1::bigint[]) and n.deleted_at is null
                   and ($2::bigint is null or exists (
                         select from reseller_nas m where m.nas_id = n.id and m.reseller_id = $2))
                """, [wanted, Parameter(authority.scope.resellerID)]
            ).first?.int(0)
            guard known == Set(routers).count else {
                throw RecordRefusal("one of these routers is not there", code: "not_found")
            }
            try checkAbove(id, wanted)
            try connection.query(
                "delete from reseller_nas where reseller_id = $1 and nas_id <> all ($2::bigint[])", [.int(id), wanted])
            try connection.query(
                """
                insert into reseller_nas (reseller_id, nas_id) select $1, unnest($2::bigint[])
                on conflict do nothing
                """, [.int(id), wanted])
            // Those below him see no more than he does.
            let lost = try connection.query(
                """
                with gone as (
                    delete from reseller_nas m using resellers r, resellers p
                     where p.id = $1 and r.id = m.reseller_id and r.id <> p.id and starts_with(r.path, p.path)
                       and m.nas_id <> all ($2::bigint[])
                    returning r.id, r.name, m.nas_id)
                select id, name, array_agg(nas_id::text order by nas_id), '{}'::text[] from gone group by 1, 2 order by 1
                """, [.int(id), wanted])
            _ = try ResellerLosses.audited(lost, connection, authority.actor)
        }
    }

    /// That the reseller above sees them too.
    private func checkAbove(_ id: Int64, _ routers: Parameter) throws {
        let beyond = try connection.query(
            """
            select w.id from unnest($2::bigint[]) as w(id), resellers r
             where r.id = $1 and r.parent_id is not null and not exists (
                   select from reseller_nas m where m.nas_id = w.id and m.reseller_id = r.parent_id)
             order by w.id limit 1
            """, [.int(id), routers])
        guard let row = beyond.first else { return }
        throw RecordRefusal(
            "the reseller above him does not see the router \(row.int(0))", hint: "give it to that one first",
            code: "beyond_parent")
    }

    /// Refused while he has customers, operators, roles, services or resellers below him.
    package func removeReseller(_ id: Int64, version: Int64? = nil, by authority: Authority) throws {
        try changingReseller(id, version, by: authority, "remove") { _ in
            let used = try uses(ofReseller: id)
            guard used.isEmpty else {
                throw RecordRefusal(
                    "the reseller has \(used.joined(separator: ", "))", hint: "move or remove them first",
                    code: "in_use")
            }
            // Those who were removed stay in the audit log; here they would keep the reseller.
            try connection.query(
                "delete from operators where reseller_id = $1 and deleted_at is not null", [.int(id)])
            try connection.query("delete from resellers where id = $1", [.int(id)])
        }
    }

    private func uses(ofReseller id: Int64) throws -> [String] {
        let counts = [
            ("resellers below him", "resellers where parent_id = $1"),
            ("operators", "operators where reseller_id = $1 and deleted_at is null"),
            ("roles", "roles where reseller_id = $1"), ("customers", "subscribers where reseller_id = $1"),
            ("services", "services where reseller_id = $1"),
        ]
        return try counts.compactMap { noun, rows in
            let count = try connection.query("select count(*) from \(rows)", [.int(id)]).first?.int(0) ?? 0
            return count == 0 ? nil : "\(count) \(noun)"
        }
    }

    /// A reseller is changed by those above him: not by his own people.
    func changingReseller(
        _ id: Int64, _ version: Int64?, by authority: Authority, _ action: String, _ newName: String? = nil,
        _ body: (_ path: String) throws -> Void
    ) throws {
        try changing {
            let rows = try connection.query("select path, name, version from resellers where id = $1", [.int(id)])
            guard let row = rows.first, authority.scope.contains(row.text(0)) else {
                throw RecordRefusal("there is no reseller \(id)", code: "not_found")
            }
            guard authority.scope.resellerID != id else {
                throw RecordRefusal("you can't change your own place", hint: "those above you can", code: "self")
            }
            try Identity.check(version: version, is: Int64(row.int(2)))
            let before = try resellerImage(id)
            try body(row.text(0))
            try audit(
                authority.actor, action, "reseller", id, newName ?? row.text(1), before: before,
                after: try resellerImage(id))
        }
    }

    /// Ten levels are more than anyone sells through, and keep the paths short.
    func checkDepth(_ path: String) throws {
        guard path.utf8.filter({ $0 == 47 }).count < 10 else {
            throw RecordRefusal("resellers are ten levels deep at most", code: "too_deep")
        }
    }

    private func resellerImage(_ id: Int64) throws -> String? {
        try connection.query(
            """
            select (to_jsonb(r) || jsonb_build_object('nas', coalesce((
                     select jsonb_agg(m.nas_id order by m.nas_id) from reseller_nas m where m.reseller_id = r.id), '[]')))::text
              from resellers r where id = $1
            """, [.int(id)]
        ).first?.optionalText(0)
    }
}
