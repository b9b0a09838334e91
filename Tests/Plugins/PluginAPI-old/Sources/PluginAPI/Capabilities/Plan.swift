/// What a subscriber buys, at one of its tiers: the facts from which a dialect writes a reply.
public struct Plan: Sendable, Hashable {
    /// The service's name.
    public var service: String
    /// The tier's name: `normal`, `FUP1`, …
    public var tier: String
    /// 0 is the normal tier; the next lower ones follow.
    public var tierPosition: Int
    /// Towards the subscriber (download).
    public var down: RateProfile?
    /// From the subscriber (upload).
    public var up: RateProfile?
    /// 1 (highest) … 8 (lowest), as queues have it.
    public var priority: Int?
    /// The NAS-owned IPv4 pool.
    public var pool: String?
    public var ipv6Pool: String?
    public var delegatedIPv6Pool: String?
    /// The tier's Filter-Id: the name of a policy set up on the NAS.
    public var filterID: String?
    /// The NAS' user group or profile (Mikrotik-Group).
    public var group: String?
    /// The firewall address list (Mikrotik-Address-List).
    public var addressList: String?
    /// Seconds; nil for none.
    public var idleTimeout: UInt32?
    /// Vendor terms that have no common name: `sla-profile`, `qos-profile`, …
    public var parameters: [String: String]

    public init(service: String, tier: String, tierPosition: Int) {
        self.service = service
        self.tier = tier
        self.tierPosition = tierPosition
        parameters = [:]
    }
}

/// One direction's speed: what is sold, and how it may be exceeded for a while.
public struct RateProfile: Sendable, Hashable {
    public var rate: Rate
    public var burst: Rate?
    /// The average below which bursting is allowed.
    public var burstThreshold: Rate?
    /// Seconds over which the average is taken.
    public var burstSeconds: UInt32?
    /// The guaranteed rate.
    public var minimum: Rate?

    public init(_ rate: Rate) { self.rate = rate }
}
