package import PluginAPI

extension JSON {
    /// A value as JSON. Members of an object stand in the order of the fields that declare them, others by name.
    package init(_ value: FieldValue, _ fields: [FieldDescription] = []) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .number(let value): self = .number(value)
        case .text(let value): self = .text(value)
        case .list(let items): self = .array(items.map { JSON($0, fields) })
        case .object(let values):
            let declared = fields.filter { values[$0.name] != nil }
            let rest = values.keys.filter { name in !declared.contains { $0.name == name } }.sorted()
            self = .object(
                declared.map { ($0.name, JSON(values[$0.name] ?? .null, $0.kind.members)) }
                    + rest.map { ($0, JSON(values[$0] ?? .null)) })
        @unknown default: self = .null
        }
    }
}

extension FieldKind {
    /// The fields of the record that this is, or is a list of.
    fileprivate var members: [FieldDescription] {
        switch self {
        case .record(let fields): fields
        case .list(let kind), .optional(let kind): kind.members
        default: []
        }
    }
}
