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
        let before = try services(ofReseller: id)
        guard id != scope.resellerID else {
            throw RecordRefusal("a reseller can't give himself services", code: "forbidden")
        }
        try find(.service, ids)
        try connection.transaction { () throws in
            try connection.query("delete from reseller_services where reseller_id = $1", [.int(id)])
            try connection.query(
                """
                insert into reseller_services (reseller_id, service_id) select $1, unnest($2::bigint[])
                on conflict do nothing
                """, [.int(id), .intArray(ids)])
            let image = { (ids: [Int64]) in "{\"services\": [\(ids.map { String($0) }.joined(separator: ","))]}" }
            try Audit.write(
                connection, actor, action: "set-services", kind: "reseller", id: id, name: nil, before: image(before),
                after: image(ids))
        }
    }
}
