import PluginAPI
import Store

/// What plugins learn of tenants' rows: by whose eyes they look, as the caller's scope has it.
enum PluginScope {
    static func subscriber(_ connection: Connection, _ id: Int64, _ caller: Caller) throws -> SubscriberSummary? {
        // A customer sees himself.
        if caller.kind == .customer, caller.id != id { return nil }
        if caller.kind != .customer, let reseller = caller.resellerID {
            let scope = Scope(resellerID: reseller, path: caller.resellerPath)
            guard try Scoped(connection, scope).sees(.subscriber, id) else { return nil }
        }
        return try Scoped.summary(ofSubscriber: id, connection).map { row in
            SubscriberSummary(
                id: Int64(row.int(0)), username: row.text(1), isActive: row.bool(2),
                serviceID: row.optionalInt(3).map(Int64.init), serviceName: row.optionalText(4))
        }
    }
}
