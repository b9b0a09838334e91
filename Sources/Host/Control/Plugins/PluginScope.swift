import PluginAPI
import Store

/// What plugins learn of tenants' rows: by whose eyes they look, as the caller's scope has it.
enum PluginScope {
    static func subscriber(_ connection: Connection, _ id: Int64, _ caller: Caller) throws -> SubscriberSummary? {
        // A customer sees himself.
        if caller.kind == .customer, caller.id != id { return nil }
        let isHouse = caller.kind == .customer || caller.resellerID == nil
        let rows = try connection.query(
            """
            select s.id, s.username, s.is_active, s.service_id, v.name
              from subscribers s left join services v on v.id = s.service_id
             where s.id = $1 and s.deleted_at is null and ($2 or starts_with(s.reseller_path, $3))
            """, [.int(id), .bool(isHouse), .text(isHouse ? "" : caller.resellerPath)])
        return rows.first.map { row in
            SubscriberSummary(
                id: Int64(row.int(0)), username: row.text(1), isActive: row.bool(2),
                serviceID: row.optionalInt(3).map(Int64.init), serviceName: row.optionalText(4))
        }
    }
}
