import PluginAPI

/// The facts of a plan that templates and conditions speak of, by name.
struct Facts {
    private let plan: Plan
    private let old: Plan?

    init(_ plan: Plan, old: Plan? = nil) {
        self.plan = plan
        self.old = old
    }

    /// The plan in an error message.
    var label: String { "service \"\(plan.service)\", tier \(plan.tier)" }

    /// nil when the plan does not say.
    func text(_ fact: PackFact) -> String? {
        guard fact.isOld else { return Facts.text(fact.kind, plan) }
        return old.flatMap { Facts.text(fact.kind, $0) }
    }

    private static func text(_ kind: PackFact.Kind, _ plan: Plan) -> String? {
        switch kind {
        case .service: plan.service
        case .tier: plan.tier
        case .tierPosition: String(plan.tierPosition)
        case .pool: plan.pool
        case .ipv6Pool: plan.ipv6Pool
        case .delegatedIPv6Pool: plan.delegatedIPv6Pool
        case .filterID: plan.filterID
        case .group: plan.group
        case .addressList: plan.addressList
        case .priority: plan.priority.map { String($0) }
        case .idleTimeout: plan.idleTimeout.map { String($0) }
        case .rates: plan.up == nil && plan.down == nil ? nil : "yes"
        case .parameter(let name): plan.parameters[name]
        case .rate(let direction, let measure):
            (direction == .up ? plan.up : plan.down).flatMap { text(measure, $0) }
        case .slot: nil
        }
    }

    private static func text(_ measure: PackFact.Measure, _ profile: RateProfile) -> String? {
        func text(_ rate: Rate?, _ unit: PackFact.Unit) -> String? {
            rate.map { String(unit == .bits ? $0.bitsPerSecond : $0.kilobitsPerSecond) }
        }
        switch measure {
        case .rate(let unit): return text(profile.rate, unit)
        case .peak(let unit): return text(profile.burst ?? profile.rate, unit)
        case .burst(let unit): return text(profile.burst, unit)
        case .minimum(let unit): return text(profile.minimum, unit)
        case .bytes(let milliseconds): return String(octets(profile.rate, milliseconds))
        }
    }

    /// Octets that pass in a time: whole ones, at most what 64 bits hold. Divided before it is multiplied, because
    /// rates reach 2^63.
    private static func octets(_ rate: Rate, _ milliseconds: UInt64) -> UInt64 {
        let perSecond = rate.bitsPerSecond / 8
        let (whole, overflow) = (perSecond / 1000).multipliedReportingOverflow(by: milliseconds)
        let rest = perSecond % 1000 * milliseconds / 1000
        return overflow || whole > .max - rest ? .max : whole + rest
    }
}
