/// One field of a struct that comes from or goes to the outside: its place in the struct, its JSON name, what it must
/// keep to, and what it is for. Decoding, validation, OpenAPI, forms and lists of settings are made from these.
public struct Field<Root: Sendable>: Sendable {
    public let description: FieldDescription
    let take: @Sendable (Root) -> FieldValue
    let put: @Sendable (inout Root, FieldValue) throws -> Void
    let parse: @Sendable (String) -> FieldValue

    /// A field that may be left out: what `init()` gave it then stands.
    public init<Value: FieldConvertible>(
        _ path: any WritableKeyPath<Root, Value> & Sendable, _ name: String, _ text: String = "",
        _ constraints: FieldConstraint..., secret: Bool = false
    ) {
        self.init(path, name, text, constraints, required: false, secret: secret)
    }

    /// A field that must be given.
    public static func required<Value: FieldConvertible>(
        _ path: any WritableKeyPath<Root, Value> & Sendable, _ name: String, _ text: String = "",
        _ constraints: FieldConstraint..., secret: Bool = false
    ) -> Field {
        Field(path, name, text, constraints, required: true, secret: secret)
    }

    private init<Value: FieldConvertible>(
        _ path: any WritableKeyPath<Root, Value> & Sendable, _ name: String, _ text: String,
        _ constraints: [FieldConstraint], required: Bool, secret: Bool
    ) {
        description = FieldDescription(
            name: name, kind: Value.fieldKind, text: text, isRequired: required, isSecret: secret,
            constraints: constraints)
        take = { $0[keyPath: path].fieldValue }
        put = { $0[keyPath: path] = try Value(fieldValue: $1) }
        parse = { Value.fieldValue(text: $0) }
    }

    /// Puts a value that came from outside into the struct; what is wrong with it otherwise.
    func accept(_ value: FieldValue, into record: inout Root) -> [FieldError] {
        do {
            try put(&record, value)
        } catch let faults as FieldErrors {
            return faults.errors.map { $0.placed(at: description.name) }
        } catch {
            return [FieldError(field: description.name, code: "type", message: "is refused: \(error)")]
        }
        return description.constraints.compactMap { constraint in
            constraint.violation(by: value).map {
                FieldError(field: description.name, code: "constraint", message: $0)
            }
        }
    }
}
