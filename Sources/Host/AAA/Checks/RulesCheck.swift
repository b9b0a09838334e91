import Dictionary
import PluginAPI

/// The further check attributes of NAS, service and subscriber. One that can't be understood refuses: fail closed.
package enum RulesCheck: LoginCheck {
    package static let name = "check attributes"

    package static func refusal(_ login: Login) -> RejectReason? {
        !login.hasRules || login.rules.allSatisfy { holds($0, login) } ? nil : .checkFailed
    }

    package static func inputs(_ login: Login) -> String {
        let rules = login.rules
        if rules.isEmpty { return "none" }
        return rules.map { rule in
            let sent = sentText(rule, login)
            return "\(rule.attribute) \(rule.operation.rawValue) \(rule.value): "
                + (rule.known == nil
                    ? "no dictionary knows this attribute"
                    : "request has \(sent.isEmpty ? "none" : sent.joined(separator: ", "))")
                + (holds(rule, login) ? "" : " (fails)")
        }.joined(separator: "; ")
    }

    private static func holds(_ rule: CheckRule, _ login: Login) -> Bool {
        guard let known = rule.known else { return false }
        if known.flags.isInternal { return ControlItem.holds(rule, login) }
        let sent = login.requested[known.key] ?? []
        switch rule.operation {
        case .present: return !sent.isEmpty
        case .absent: return sent.isEmpty
        // On a check item FreeRADIUS' `:=` sets a control value; for a real attribute that compares nothing.
        case .set, .setIfAbsent: return true
        default: return Comparison.holds(known, sent: sent, rule.operation, rule.value)
        }
    }

    private static func sentText(_ rule: CheckRule, _ login: Login) -> [String] {
        guard let known = rule.known else { return [] }
        return (login.requested[known.key] ?? []).map { Comparison.text(known, $0) }
    }
}

/// Check items that are no attributes of the wire but settings of the login.
private enum ControlItem {
    /// `Auth-Type := Reject` and its like; what is not known refuses.
    static func holds(_ rule: CheckRule, _ login: Login) -> Bool {
        switch rule.attribute.lowercased() {
        case "auth-type": rule.value.lowercased() != "reject"
        // Kept in columns of their own; checked by their own steps.
        case "simultaneous-use", "expiration", "cleartext-password", "nt-password", "crypt-password", "md5-password",
            "sha-password", "ssha-password":
            true
        default: false
        }
    }
}
