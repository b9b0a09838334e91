import PluginAPI

/// The value of Mikrotik-Rate-Limit:
/// `rx/tx [burst rx/tx [threshold rx/tx [seconds rx/tx [priority [minimum rx/tx]]]]]`.
///
/// rx is what the *router* receives, the customer's upload, so every pair reads upload/download. A part stands only
/// when those before it do; a part that is needed only to reach a later one is written as RouterOS reads "none": `0/0`.
struct RateLimit: CustomStringConvertible {
    private let parts: [String]

    /// nil for a plan without rates. Throws, naming the value, what RouterOS would refuse or misread.
    init?(_ plan: Plan) throws(PluginError) {
        guard plan.up != nil || plan.down != nil else {
            guard plan.priority == nil else {
                throw PluginError("\(plan.label): a queue priority needs a rate")
            }
            return nil
        }
        let sides = [("up", plan.up), ("down", plan.down)]
        for (name, side) in sides {
            if let side { try RateLimit.check(side, "\(plan.label), \(name)") }
        }
        if let priority = plan.priority, !(1...8).contains(priority) {
            throw PluginError("\(plan.label): the priority is \(priority); RouterOS takes 1 to 8")
        }
        parts = RateLimit.parts(up: plan.up, down: plan.down, priority: plan.priority)
    }

    var description: String { parts.joined(separator: " ") }

    /// A side without a rate is unlimited, which RouterOS writes as 0.
    private static func parts(up: RateProfile?, down: RateProfile?, priority: Int?) -> [String] {
        let burst = up?.burst != nil || down?.burst != nil
        let minimum = up?.minimum != nil || down?.minimum != nil
        var parts = [pair(up?.rate, down?.rate)]
        if burst {
            parts += [
                // A side that does not burst is given its own rate, with which bursting changes nothing.
                pair(up?.burst ?? up?.rate, down?.burst ?? down?.rate),
                pair(up?.burstThreshold ?? up?.rate, down?.burstThreshold ?? down?.rate),
                "\(up?.burstSeconds ?? 1)/\(down?.burstSeconds ?? 1)",
            ]
        } else if priority != nil || minimum {
            parts += ["0/0", "0/0", "0/0"]
        }
        // 8 is the lowest priority and RouterOS's own default.
        if priority != nil || minimum { parts.append(String(priority ?? 8)) }
        if minimum { parts.append(pair(up?.minimum, down?.minimum)) }
        return parts
    }

    private static func pair(_ up: Rate?, _ down: Rate?) -> String { "\(text(up))/\(text(down))" }

    /// Whole numbers only, and only the suffixes that RouterOS documents for this attribute: k and M, decimal.
    static func text(_ rate: Rate?) -> String {
        guard let bits = rate?.bitsPerSecond, bits != 0 else { return "0" }
        if bits % 1_000_000 == 0 { return "\(bits / 1_000_000)M" }
        if bits % 1_000 == 0 { return "\(bits / 1_000)k" }
        return String(bits)
    }

    private static func check(_ side: RateProfile, _ place: String) throws(PluginError) {
        guard side.rate.bitsPerSecond > 0 else {
            throw PluginError("\(place): the rate is 0, which RouterOS takes for unlimited")
        }
        if let burst = side.burst, burst < side.rate {
            throw PluginError("\(place): the burst rate \(burst) is below the rate \(side.rate)")
        }
        guard side.burst != nil || (side.burstThreshold == nil && side.burstSeconds == nil) else {
            throw PluginError("\(place): a burst threshold or time needs a burst rate")
        }
        if side.burstSeconds == 0 { throw PluginError("\(place): the burst time is 0 seconds") }
        if let minimum = side.minimum, minimum > side.rate {
            throw PluginError("\(place): the minimum \(minimum) is above the rate \(side.rate)")
        }
    }
}

extension Plan {
    /// The plan in an error message.
    var label: String { "service \"\(service)\", tier \(tier)" }
}
