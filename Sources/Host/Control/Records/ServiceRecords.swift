import Store

/// A tier as it is written: the columns of `service_tiers` that were given.
package struct TierDraft: Sendable {
    package var name: String
    package var fields: Records.Fields

    package init(name: String, fields: Records.Fields) {
        self.name = name
        self.fields = fields
    }
}

extension Records {
    /// Adds a service with its tiers, the normal one first. Returns its id.
    package func addService(
        _ name: String, _ fields: Fields, tiers: [TierDraft], replies: [AttributeRecord]? = nil,
        checks: [AttributeRecord]? = nil
    ) throws -> Int64 {
        try Records.check(tiers: tiers)
        return try insert(.service, name: name, [("name", .text(name))] + fields) { id in
            for (position, tier) in tiers.enumerated() { try addTier(id, position, tier) }
            try replaceAttributes(.service, id, replies: replies, checks: checks)
        }
    }

    /// Changes a service. `normal` changes its normal tier; `tiers` changes those of that name, and adds others behind.
    package func setService(
        _ name: String, _ fields: Fields, normal: Fields, tiers: [TierDraft], replies: [AttributeRecord]? = nil,
        checks: [AttributeRecord]? = nil
    ) throws {
        try Records.check(tiers: tiers)
        let id = try id(.service, named: name)
        try update(.service, id: id, name: name, fields) {
            if !normal.isEmpty { try changeTier(id, position: 0, normal) }
            for tier in tiers { try setTier(id, tier) }
            try replaceAttributes(.service, id, replies: replies, checks: checks)
        }
    }

    /// A tier is known by its name.
    static func check(tiers: [TierDraft]) throws {
        var seen: Set<String> = []
        for tier in tiers where !seen.insert(tier.name).inserted {
            throw RecordRefusal("the tier `\(tier.name)` is given twice", hint: "give each tier a name of its own")
        }
    }

    /// Refused while subscribers have it.
    package func removeService(_ name: String) throws {
        let id = try id(.service, named: name)
        let users =
            try connection.query(
                "select count(*) from subscribers where service_id = $1 and deleted_at is null", [.int(id)]
            ).first?.int(0) ?? 0
        guard users == 0 else {
            throw RecordRefusal(
                "\(users) subscribers have the service `\(name)`", hint: "give them another one first", code: "in_use")
        }
        try retire(.service, id: id, name: name)
    }

    private func addTier(_ service: Int64, _ position: Int, _ tier: TierDraft) throws {
        let fields: Fields =
            [("service_id", .int(service)), ("position", .int(Int64(position))), ("name", .text(tier.name))]
            + tier.fields
        let names = fields.map(\.column).joined(separator: ", ")
        let places = fields.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        try connection.query("insert into service_tiers (\(names)) values (\(places))", fields.map(\.value))
    }

    private func changeTier(_ service: Int64, position: Int, _ fields: Fields) throws {
        if fields.isEmpty { return }
        let sets = fields.enumerated().map { "\($1.column) = $\($0 + 3)" }.joined(separator: ", ")
        try connection.query(
            "update service_tiers set \(sets) where service_id = $1 and position = $2",
            [.int(service), .int(Int64(position))] + fields.map(\.value))
    }

    private func setTier(_ service: Int64, _ tier: TierDraft) throws {
        let tiers = try connection.query(
            "select position, name from service_tiers where service_id = $1 order by position", [.int(service)])
        if let known = tiers.first(where: { $0.text("name") == tier.name }) {
            try changeTier(service, position: known.int("position"), tier.fields)
        } else {
            try addTier(service, (tiers.last?.int("position") ?? -1) + 1, tier)
        }
    }
}
