import Store

extension Scoped {
    /// What a reseller sees; nil when there is none such.
    static func scope(ofReseller id: Int64, _ connection: Connection) throws -> Scope? {
        try connection.query("select path from resellers where id = $1", [.int(id)]).first.map {
            Scope(resellerID: id, path: $0.text(0))
        }
    }

    /// The routers that a reseller sees. Throws `not_found`.
    func routers(ofReseller id: Int64) throws -> [Int64] {
        try ids("select nas_id from reseller_nas where reseller_id = $1 order by 1", id)
    }

    /// The services of the house that a reseller may sell. Throws `not_found`.
    func services(ofReseller id: Int64) throws -> [Int64] {
        try ids("select service_id from reseller_services where reseller_id = $1 order by 1", id)
    }

    private func ids(_ sql: String, _ reseller: Int64) throws -> [Int64] {
        try find(.reseller, reseller)
        return try connection.query(sql, [.int(reseller)]).map { Int64($0.int(0)) }
    }

    /// Sets them, all anew; one gives only what he sees himself, and nothing to himself.
    func set(services ids: [Int64], ofReseller id: Int64, _ actor: Actor) throws {
        try find(.reseller, id)
        guard id != scope.resellerID else {
            throw RecordRefusal("a reseller can't give himself services", code: "forbidden")
        }
        try find(.service, ids)
        try connection.transaction { () throws in
            // Nobody is moved meanwhile.
            try Identity.lockTree(connection)
            let before = try services(ofReseller: id)
            try checkAbove(id, ids)
            try connection.query("delete from reseller_services where reseller_id = $1", [.int(id)])
            try connection.query(
                """
                insert into reseller_services (reseller_id, service_id) select $1, unnest($2::bigint[])
                on conflict do nothing
                """, [.int(id), .intArray(ids)])
            // Those below him sell no more than he may: of others' services, not of his own.
            let lost = try connection.query(
                """
                with gone as (
                    delete from reseller_services m using resellers r, resellers p, services s
                     where p.id = $1 and r.id = m.reseller_id and r.id <> p.id and starts_with(r.path, p.path)
                       and s.id = m.service_id and not starts_with(s.reseller_path, p.path)
                       and m.service_id <> all ($2::bigint[])
                    returning r.id, r.name, m.service_id)
                select id, name, '{}'::text[], array_agg(service_id::text order by service_id)
                  from gone group by 1, 2 order by 1
                """, [.int(id), .intArray(ids)])
            _ = try ResellerLosses.audited(lost, connection, actor)
            let image = { (ids: [Int64]) in "{\"services\": [\(ids.map { String($0) }.joined(separator: ","))]}" }
            try Audit.write(
                connection, actor, action: "set-services", kind: "reseller", id: id, name: nil, before: image(before),
                after: image(ids))
        }
    }

    /// That the reseller above may sell them too: it is his own, of one below him, or given to him.
    private func checkAbove(_ id: Int64, _ services: [Int64]) throws {
        let beyond = try connection.query(
            """
            select s.id from services s, resellers r join resellers p on p.id = r.parent_id
             where r.id = $1 and s.id = any ($2::bigint[]) and not starts_with(s.reseller_path, p.path)
               and not exists (select from reseller_services m where m.service_id = s.id and m.reseller_id = p.id)
             order by s.id limit 1
            """, [.int(id), .intArray(services)])
        guard let row = beyond.first else { return }
        throw RecordRefusal(
            "the reseller above him does not sell the service \(row.int(0))", hint: "give it to that one first",
            code: "beyond_parent")
    }
}
