import HTTP
import PluginAPI
import Store

/// One thing to be done to many subscribers.
struct BulkAction: Sendable {
    enum Kind: String, Sendable, CaseIterable {
        case renew, activate, suspend, remove
        case setService = "set-service"
        case setExpiry = "set-expiry"
        case moveReseller = "move-reseller"
    }

    let kind: Kind
    /// As they were given, checked: `days`, `service_id`, `apply`, `expiry_date`, `reseller_id`.
    let values: [String: FieldValue]

    static let fields: [FieldDescription] = [
        FieldDescription(name: "action", kind: .choice(Kind.allCases.map(\.rawValue)), isRequired: true),
        FieldDescription(name: "days", kind: .integer, text: "for renew", constraints: [.range(1...3660)]),
        FieldDescription(
            name: "service_id", kind: .integer, text: "for set-service", constraints: [.range(1...Int64.max)]),
        FieldDescription(name: "apply", kind: .choice(["now", "renewal"]), text: "for set-service (now)"),
        FieldDescription(
            name: "expiry_date", kind: .optional(.format("date-time")), text: "for set-expiry; null: never"),
        FieldDescription(
            name: "reseller_id", kind: .optional(.integer), text: "for move-reseller; null: the house",
            constraints: [.range(1...Int64.max)]),
    ]

    /// Throws what is missing for the action.
    init(_ values: [String: FieldValue]) throws {
        guard case .text(let name) = values["action"], let kind = Kind(rawValue: name) else {
            throw BulkAction.missing("action")
        }
        self.kind = kind
        self.values = values.filter { BulkAction.fields.map(\.name).contains($0.key) }
        if let needed = kind.needs, values[needed] == nil { throw BulkAction.missing(needed) }
    }

    private static func missing(_ name: String) -> Problem {
        Problem(
            422, "invalid", "This action needs \(name).", fields: [(name: name, text: "must be given for this action")])
    }

    /// What ids the action itself names.
    var references: [(kind: ScopedKind, id: Int64)] {
        var references: [(kind: ScopedKind, id: Int64)] = []
        if kind == .setService, let id = integer("service_id") { references.append((.service, id)) }
        if kind == .moveReseller, let id = integer("reseller_id") { references.append((.reseller, id)) }
        return references
    }

    /// In the transaction of the caller, who has seen to it that the subscriber is in scope.
    func apply(_ id: Int64, _ name: String, _ records: Records, now: Int64) throws {
        switch kind {
        case .renew: try records.renew(id, days: Int(integer("days") ?? 0), now: now)
        case .activate: try change(id, name, records, [("is_active", .bool(true))])
        case .suspend: try change(id, name, records, [("is_active", .bool(false))])
        case .remove: try records.retire(.subscriber, id: id, name: name)
        case .setExpiry: try change(id, name, records, [("expiry_date", parameter("expiry_date"))])
        case .moveReseller: try change(id, name, records, [("reseller_id", parameter("reseller_id"))])
        case .setService:
            let isNow = values["apply"] != .text("renewal")
            let service = parameter("service_id")
            try change(
                id, name, records,
                isNow ? [("service_id", service), ("tier_position", .int(0))] : [("next_service_id", service)])
        }
    }

    private func change(_ id: Int64, _ name: String, _ records: Records, _ fields: Records.Fields) throws {
        try records.setSubscriber(id: id, name: name, password: nil, fields)
    }

    private func integer(_ name: String) -> Int64? {
        if case .integer(let value) = values[name] { value } else { nil }
    }

    private func parameter(_ name: String) -> Parameter { Parameter(field: values[name] ?? .null, .text) }
}

extension BulkAction.Kind {
    fileprivate var needs: String? {
        switch self {
        case .renew: "days"
        case .setService: "service_id"
        case .setExpiry: "expiry_date"
        case .moveReseller: "reseller_id"
        case .activate, .suspend, .remove: nil
        }
    }

    /// `Renew 4321 subscribers`.
    func title(_ count: Int) -> String {
        let words = rawValue.split(separator: "-").joined(separator: " ")
        return "\(words.prefix(1).uppercased() + words.dropFirst()): \(count) subscribers"
    }

    /// Beside `subscribers.edit`.
    var permission: String { self == .remove ? "subscribers.delete" : "subscribers.edit" }
}
