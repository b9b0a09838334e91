package import PluginAPI
package import Store

/// A field of a record that operators may give, and the column it stands in.
package struct RecordField: Sendable {
    package let input: FieldDescription
    let column: String

    package init(
        _ name: String, _ kind: FieldKind, _ text: String, column: String? = nil, isRequired: Bool = false,
        _ constraints: FieldConstraint...
    ) {
        input = FieldDescription(
            name: name, kind: kind, text: text, isRequired: isRequired, constraints: constraints)
        self.column = column ?? name
    }
}

extension [RecordField] {
    package var inputs: [FieldDescription] { map(\.input) }

    /// Columns and values of what was given. The values have been checked by the fields.
    package func columns(_ values: [String: FieldValue]) -> Records.Fields {
        compactMap { field in
            values[field.input.name].map { (field.column, Parameter(field: $0, field.input.kind.wrapped)) }
        }
    }
}

extension Parameter {
    /// A checked value as it goes into a column.
    package init(field value: FieldValue, _ kind: FieldKind) {
        self =
            switch value {
            case .null: .null
            case .bool(let value): .bool(value)
            case .integer(let value): .int(value)
            case .number(let value): .double(value)
            case .text(let value): .text(value)
            case .list(let items):
                .textArray(items.map { if case .text(let text) = $0 { text } else { nil } })
            case .object(let values): .text(JSONParameter.text(values))
            @unknown default: .null
            }
    }
}
