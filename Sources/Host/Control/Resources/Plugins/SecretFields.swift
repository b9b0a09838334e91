import PluginAPI

/// Fields that nobody reads again, in values on their way to the audit log.
enum SecretFields {
    /// The values with every secret one as `***`, also inside records and lists.
    static func masked(_ values: [String: FieldValue], _ fields: [FieldDescription]) -> FieldValue {
        var shown = values
        for field in fields {
            guard let value = values[field.name] else { continue }
            shown[field.name] = field.isSecret ? .text("***") : masked(value, field.kind)
        }
        return .object(shown)
    }

    private static func masked(_ value: FieldValue, _ kind: FieldKind) -> FieldValue {
        switch (kind.wrapped, value) {
        case (.record(let fields), .object(let values)): masked(values, fields)
        case (.list(let kind), .list(let items)): .list(items.map { masked($0, kind) })
        default: value
        }
    }
}
