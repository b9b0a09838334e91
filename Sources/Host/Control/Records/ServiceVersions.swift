import Store

extension Records {
    /// Puts these tiers in place of all that a service has. The reply of a tier that stays keeps its place.
    func replaceTiers(_ service: Int64, _ tiers: [TierDraft]) throws {
        try Records.check(tiers: tiers)
        try connection.query(
            "delete from service_tiers where service_id = $1 and position >= $2",
            [.int(service), .int(Int64(tiers.count))])
        for (position, tier) in tiers.enumerated() {
            // What is not given has no value: the tier is written whole.
            let fields = [
                ("service_id", Parameter.int(service)), ("position", .int(Int64(position))), ("name", .text(tier.name)),
            ]
            try connection.query(
                "delete from service_tiers where service_id = $1 and position = $2",
                [.int(service), .int(Int64(position))])
            let all = fields + tier.fields.map { ($0.column, $0.value) }
            let names = all.map(\.0).joined(separator: ", ")
            let places = all.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
            try connection.query("insert into service_tiers (\(names)) values (\(places))", all.map(\.1))
        }
    }

    /// Changes a service; `tiers` nil leaves them.
    package func setService(
        id: Int64, name: String, _ fields: Fields, tiers: [TierDraft]?, replies: [AttributeRecord]? = nil,
        checks: [AttributeRecord]? = nil
    ) throws {
        try update(.service, id: id, name: name, fields) {
            if let tiers { try replaceTiers(id, tiers) }
            try replaceAttributes(.service, id, replies: replies, checks: checks)
        }
    }

    /// A copy under another name with tiers, attributes and resellers. Returns its id.
    package func cloneService(_ id: Int64, as name: String) throws -> Int64 {
        try copying(id, name: name) { copy in
            try audited(.service, "clone", copy, name)
        }
    }

    /// The next version: a copy of the same name that new subscribers get at once and present ones when they renew.
    /// The old one is archived and serves them until then. Returns the new id.
    package func replaceService(
        _ id: Int64, name: String, _ fields: Fields, tiers: [TierDraft]?, replies: [AttributeRecord]? = nil,
        checks: [AttributeRecord]? = nil
    ) throws -> Int64 {
        // The name is free once the old one is archived.
        try connection.query("update services set archived_at = now() where id = $1", [.int(id)])
        let next = try copying(id, name: name) { next in
            try setService(id: next, name: name, fields, tiers: tiers, replies: replies, checks: checks)
        }
        try connection.query("update services set replaced_by = $2 where id = $1", [.int(id), .int(next)])
        try connection.query(
            "update subscribers set next_service_id = $2 where next_service_id = $1", [.int(id), .int(next)])
        try audited(.service, "replace", id, name)
        return next
    }

    private func copying(_ id: Int64, name: String, then: (Int64) throws -> Void) throws -> Int64 {
        try connection.transaction { () throws -> Int64 in
            let columns = try connection.query(
                """
                select string_agg(quote_ident(column_name), ', ') from information_schema.columns
                 where table_schema = 'public' and table_name = 'services' and is_generated = 'NEVER'
                   and column_name <> all (array['id', 'name', 'archived_at', 'replaced_by', 'created_at', 'updated_at',
                                                 'version'])
                """
            )[0].text(0)
            let rows: Rows
            do {
                rows = try connection.query(
                    "insert into services (name, \(columns)) select $2, \(columns) from services where id = $1 returning id",
                    [.int(id), .text(name)])
            } catch let error as StoreError {
                guard error.kind == .conflict else { throw error }
                throw RecordKindOf.service.refusal(of: error, name: name)
            }
            guard let copy = rows.first.map({ Int64($0.int(0)) }) else {
                throw RecordRefusal("there is no service \(id)", code: "not_found")
            }
            try copyParts(from: id, to: copy)
            try then(copy)
            return copy
        }
    }

    private func copyParts(from id: Int64, to copy: Int64) throws {
        let tiers = try connection.query(
            """
            select string_agg(quote_ident(column_name), ', ') from information_schema.columns
             where table_schema = 'public' and table_name = 'service_tiers' and column_name <> 'service_id'
            """
        )[0].text(0)
        try connection.query(
            "insert into service_tiers (service_id, \(tiers)) select $2, \(tiers) from service_tiers where service_id = $1",
            [.int(id), .int(copy)])
        for table in ["reply_attributes", "check_attributes"] {
            try connection.query(
                """
                insert into \(table) (tenant_id, owner, owner_id, attribute, op, value, position)
                select tenant_id, owner, $2, attribute, op, value, position from \(table)
                 where owner = 'service' and owner_id = $1
                """, [.int(id), .int(copy)])
        }
        try connection.query(
            """
            insert into reseller_services (tenant_id, reseller_id, service_id)
            select tenant_id, reseller_id, $2 from reseller_services where service_id = $1
            """, [.int(id), .int(copy)])
    }
}

extension Records {
    /// Gives a subscriber more time: from the end of what he has, or from now when that is over. He gets the service
    /// that was chosen for this, or the version in force of the one he has.
    package func renew(_ id: Int64, days: Int, now: Int64) throws {
        let rows = try connection.query(
            """
            select u.username, coalesce(u.next_service_id, service_in_force(u.service_id)),
                   greatest(u.expiry_date, to_timestamp($2::float8 / 1000000)) + make_interval(days => $3::int)
              from subscribers u where u.id = $1 and u.deleted_at is null for update
            """, [.int(id), .int(now), .int(Int64(days))])
        guard let row = rows.first else { throw RecordRefusal("there is no subscriber \(id)", code: "not_found") }
        let service = row.optionalInt(1).map { Parameter.int(Int64($0)) } ?? .null
        try update(
            .subscriber, id: id, name: row.text(0),
            [
                ("service_id", service), ("next_service_id", .null), ("is_active", .bool(true)),
                ("tier_position", .int(0)), ("expiry_date", .text(row.text(2))),
            ])
    }
}
