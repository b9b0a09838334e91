package import Dictionary
import PluginAPI

/// Puts an Access-Accept together: the plan's compiled reply, then the further attributes of service, NAS and
/// subscriber, then what Tollkeeper itself sends (interval, session time, class).
package enum ReplyAssembler {
    /// The parts in sending order, each with who gave it.
    package static func parts(_ login: Login, plan: PlanProgram) -> [CompiledPart] {
        var parts = plan.compiled.parts
        for rule in login.service?.replies ?? [] { apply(rule, to: &parts) }
        for rule in login.nas.replies { apply(rule, to: &parts) }
        for rule in login.subscriber?.replies ?? [] { apply(rule, to: &parts) }
        return complete(parts)
    }

    /// With what Tollkeeper itself sends. Our Class is there always, beside any other: accounting finds its session by
    /// it.
    static func complete(_ parts: [CompiledPart]) -> [CompiledPart] {
        parts + ownParts.filter { own in !parts.contains { $0.key == own.key } } + [classPart]
    }

    /// What is known of this login, for the slots; `userName` as the subscriber is known.
    package static func values(
        _ login: Login, userName: [UInt8]?, key: SessionKey, preferences: Preferences
    ) -> SlotValues {
        var values = SlotValues()
        if let addresses = login.subscriber?.addresses {
            values.framedIPAddress = addresses.ipv4
            values.framedIPv6Address = addresses.ipv6
            values.framedIPv6Prefix = addresses.ipv6Prefix
            values.delegatedIPv6Prefix = addresses.delegatedPrefix
            values.framedInterfaceID = addresses.interfaceID.map { id in withUnsafeBytes(of: id.bigEndian) { Array($0) }
            }
        }
        values.userName = userName
        values.sessionKey = ClassValue.encode(key)
        values.interimIntervalSeconds = preferences.interim(seed: key.low)
        if preferences.hardCut, let expiry = login.subscriber?.expiry, expiry > login.now {
            values.sessionTimeoutSeconds = UInt32(clamping: expiry - login.now)
        }
        return values
    }

    /// A rule's own attribute may name an address; it then replaces the plan's as `:=` says.
    private static func apply(_ rule: ReplyRule, to parts: inout [CompiledPart]) {
        switch rule.operation {
        case .add: parts.append(rule.part)
        case .addIfAbsent:
            if !parts.contains(where: { $0.key == rule.part.key }) { parts.append(rule.part) }
        case .replace:
            let first = parts.firstIndex { $0.key == rule.part.key } ?? parts.endIndex
            parts.removeAll { $0.key == rule.part.key }
            parts.insert(rule.part, at: min(first, parts.endIndex))
        }
    }

    /// Interval and session time, unless somebody set others.
    private static let ownParts: [CompiledPart] = [
        own("Session-Timeout", 27, .sessionTimeout), own("Acct-Interim-Interval", 85, .interimInterval),
    ]

    private static let classPart = own("Class", 25, .sessionKey)

    private static func own(_ name: String, _ number: UInt32, _ slot: Slot) -> CompiledPart {
        CompiledPart(origin: "tollkeeper", name: name, key: AttributeKey(number), content: .slot(slot, tag: nil))
    }
}
