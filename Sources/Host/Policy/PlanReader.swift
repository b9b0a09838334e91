package import PluginAPI
package import Store

/// One service at one tier, with the ids of its rows.
package struct StoredPlan: Sendable {
    package let serviceID: Int64
    package let tierPosition: Int
    package let plan: Plan
}

/// Reads services and their tiers as the facts a dialect writes from. A tier's own value goes before its service's.
package enum PlanReader {
    /// `services` nil reads all that are not archived.
    package static func read(_ connection: Connection, services: [Int64]? = nil) throws -> [StoredPlan] {
        let parameters = try self.parameters(connection, services)
        return try connection.query(sql, [services.map { .intArray($0) } ?? .null]).map { row in
            let serviceID = Int64(row.int("service_id"))
            let position = row.int("position")
            var plan = Plan(service: row.text("service"), tier: row.text("tier"), tierPosition: position)
            plan.down = rates(row, "down")
            plan.up = rates(row, "up")
            plan.priority = row.optionalInt("priority")
            plan.pool = row.optionalText("pool_name")
            plan.ipv6Pool = row.optionalText("ipv6_pool")
            plan.delegatedIPv6Pool = row.optionalText("delegated_ipv6_pool")
            plan.filterID = row.optionalText("filter_id")
            plan.group = row.optionalText("group_name")
            plan.addressList = row.optionalText("address_list")
            plan.idleTimeout = row.optionalInt("idle_timeout").map { UInt32(clamping: $0) }
            plan.parameters = parameters[PlanKey(service: serviceID, position: position)] ?? [:]
            return StoredPlan(serviceID: serviceID, tierPosition: position, plan: plan)
        }
    }

    private struct PlanKey: Hashable {
        let service: Int64
        let position: Int
    }

    private static let sql = """
        select s.id as service_id, s.name as service, t.position, t.name as tier,
               t.down_bps, t.down_burst_bps, t.down_burst_threshold_bps, t.down_burst_seconds, t.down_min_bps,
               t.up_bps, t.up_burst_bps, t.up_burst_threshold_bps, t.up_burst_seconds, t.up_min_bps, t.priority,
               t.filter_id, coalesce(t.pool_name, s.pool_name) as pool_name, s.ipv6_pool, s.delegated_ipv6_pool,
               coalesce(t.group_name, s.group_name) as group_name,
               coalesce(t.address_list, s.address_list) as address_list, s.idle_timeout
          from services_served s join service_tiers t on t.service_id = s.id
         where $1::bigint[] is null or s.id = any($1)
         order by s.id, t.position
        """

    /// The tier's parameters over the service's, key by key.
    private static let parametersSQL = """
        select t.service_id, t.position, p.key, p.value
          from services_served s join service_tiers t on t.service_id = s.id,
               lateral jsonb_each_text(coalesce(s.parameters, '{}') || coalesce(t.parameters, '{}')) p
         where p.value is not null and ($1::bigint[] is null or s.id = any($1))
        """

    private static func parameters(
        _ connection: Connection, _ services: [Int64]?
    ) throws -> [PlanKey: [String: String]] {
        var result: [PlanKey: [String: String]] = [:]
        for row in try connection.query(parametersSQL, [services.map { .intArray($0) } ?? .null]) {
            let key = PlanKey(service: Int64(row.int("service_id")), position: row.int("position"))
            result[key, default: [:]][row.text("key")] = row.text("value")
        }
        return result
    }

    private static func rates(_ row: Row, _ direction: String) -> RateProfile? {
        let rate = { (column: String) -> Rate? in
            row.optionalInt("\(direction)_\(column)").map { Rate(bitsPerSecond: UInt64(clamping: $0)) }
        }
        guard let sold = rate("bps") else { return nil }
        var profile = RateProfile(sold)
        profile.burst = rate("burst_bps")
        profile.burstThreshold = rate("burst_threshold_bps")
        profile.burstSeconds = row.optionalInt("\(direction)_burst_seconds").map { UInt32(clamping: $0) }
        profile.minimum = rate("min_bps")
        return profile
    }
}
