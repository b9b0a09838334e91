public import PluginAPI

/// MikroTik RouterOS: PPPoE, PPTP/L2TP, DHCP and hotspot logins, with queues made by Mikrotik-Rate-Limit.
public struct MikroTik: NASDialect {
    public static let manifest = Manifest(id: "mikrotik", title: "MikroTik RouterOS", version: "1.0.0")

    public init(_ host: Context) throws {}

    public var dialects: [Dialect] { [Dialect.routerOS] }

    /// The order is the one RouterOS logs them in: kind of service, addresses, speed, lists, timers.
    public func reply(for plan: Plan, dialect: String, into reply: inout ReplyBuilder) throws {
        addAddresses(of: plan, to: &reply)
        if let limit = try RateLimit(plan) { reply.add("Mikrotik-Rate-Limit", .text(limit.description)) }
        reply.add("Mikrotik-Group", plan.group)
        reply.add("Mikrotik-Address-List", plan.addressList)
        reply.add("Filter-Id", plan.filterID)
        if let seconds = plan.idleTimeout { reply.add("Idle-Timeout", .integer(UInt64(seconds))) }
    }

    /// A pool only where no address of the family is sent: RouterOS takes the address and warns of the pool, and two
    /// owners of one address are how duplicates come about.
    private func addAddresses(of plan: Plan, to reply: inout ReplyBuilder) {
        reply.add("Framed-IP-Address", .slot(.framedIPAddress))
        if let pool = plan.pool { reply.add("Framed-Pool", .text(pool), when: .ifAbsent(.framedIPAddress)) }
        reply.add("Framed-IPv6-Prefix", .slot(.framedIPv6Prefix))
        if let pool = plan.ipv6Pool { reply.add("Framed-IPv6-Pool", .text(pool), when: .ifAbsent(.framedIPv6Prefix)) }
        reply.add("Delegated-IPv6-Prefix", .slot(.delegatedIPv6Prefix))
        if let pool = plan.delegatedIPv6Pool {
            reply.add("Mikrotik-Delegated-IPv6-Pool", .text(pool), when: .ifAbsent(.delegatedIPv6Prefix))
        }
    }
}
