import PluginAPI

/// The name of a fact as packs write it: `down.kbps`, `filter-id`, `param:sla-profile`, `old.tier`.
struct PackFact: Sendable {
    enum Direction: Sendable { case up, down }
    enum Unit: Sendable { case bits, kilobits }

    /// What is taken of one direction's speed.
    enum Measure: Sendable {
        /// What is sold: the committed rate.
        case rate(Unit)
        /// The burst rate, or the rate where there is none: a peak rate is always there.
        case peak(Unit)
        case burst(Unit)
        case minimum(Unit)
        /// Octets that pass at the rate in so many milliseconds: the size of a token bucket.
        case bytes(milliseconds: UInt64)
    }

    enum Kind: Sendable {
        case service, tier, tierPosition, pool, ipv6Pool, delegatedIPv6Pool, filterID, group, addressList, priority
        case idleTimeout
        /// Whether there is a rate in any direction.
        case rates
        case parameter(String)
        case rate(Direction, Measure)
        /// Known at login only.
        case slot(Slot)
    }

    let kind: Kind
    /// Of the plan that a change comes from.
    let isOld: Bool

    var slot: Slot? { if case .slot(let slot) = kind { slot } else { nil } }

    /// nil when there is no such fact.
    init?(_ name: some StringProtocol) {
        isOld = name.hasPrefix("old.")
        let name = String(isOld ? name.dropFirst(4) : name[...])
        if let slot = Slot(rawValue: name), !isOld {
            kind = .slot(slot)
        } else if let kind = PackFact.plain[name] ?? PackFact.compound(name) {
            self.kind = kind
        } else {
            return nil
        }
    }

    private static let plain: [String: Kind] = [
        "service": .service, "tier": .tier, "tier-position": .tierPosition, "pool": .pool, "ipv6-pool": .ipv6Pool,
        "delegated-ipv6-pool": .delegatedIPv6Pool, "filter-id": .filterID, "group": .group,
        "address-list": .addressList, "priority": .priority, "idle-timeout": .idleTimeout, "rates": .rates,
    ]

    private static func compound(_ name: String) -> Kind? {
        if name.hasPrefix("param:") {
            let parameter = String(name.dropFirst(6))
            return FieldConstraint.isKebabCase(parameter) ? .parameter(parameter) : nil
        }
        for (prefix, direction) in [("down", Direction.down), ("up", Direction.up)] {
            if name == prefix { return .rate(direction, .rate(.bits)) }
            if name.hasPrefix(prefix + ".") {
                return measure(name.dropFirst(prefix.utf8.count + 1)).map { .rate(direction, $0) }
            }
        }
        return nil
    }

    private static func measure(_ name: Substring) -> Measure? {
        switch name {
        case "bps": return .rate(.bits)
        case "kbps": return .rate(.kilobits)
        case "peak.bps": return .peak(.bits)
        case "peak.kbps": return .peak(.kilobits)
        case "burst.bps": return .burst(.bits)
        case "burst.kbps": return .burst(.kilobits)
        case "minimum.bps": return .minimum(.bits)
        case "minimum.kbps": return .minimum(.kilobits)
        default: break
        }
        guard name.hasPrefix("bytes:"), name.hasSuffix("ms"), let time = UInt64(name.dropFirst(6).dropLast(2)),
            (1...60_000).contains(time)
        else { return nil }
        return .bytes(milliseconds: time)
    }
}
