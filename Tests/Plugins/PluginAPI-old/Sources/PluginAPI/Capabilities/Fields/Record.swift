/// A struct made of fields: an input or output of a route, or a plugin's settings. Its `init()` gives the defaults.
/// ```swift
/// struct NewPool: Record {
///     var name = ""
///     var down: Rate?
///     static let fields: [Field<Self>] = [
///         .required(\.name, "name", "what the pool is called", .length(1...64)),
///         Field(\.down, "down", "speed towards the subscriber"),
///     ]
/// }
/// ```
public protocol Record: FieldConvertible {
    init()
    static var fields: [Field<Self>] { get }
}

extension Record {
    public static var fieldKind: FieldKind { .record(fields.map(\.description)) }

    public init(fieldValue: FieldValue) throws {
        guard case .object(let values) = fieldValue else { throw Self.mismatch(fieldValue, "an object") }
        try self.init(values: values)
    }

    public var fieldValue: FieldValue {
        .object(Dictionary(Self.fields.map { ($0.description.name, $0.take(self)) }) { first, _ in first })
    }

    /// From values by JSON name. Throws `FieldErrors` with every fault found: unknown names, required ones that are
    /// not given, values of a wrong type or outside their constraints.
    public init(values: [String: FieldValue]) throws {
        self.init()
        var errors = Self.unknown(values.keys)
        for field in Self.fields {
            if let value = values[field.description.name] {
                errors += field.accept(value, into: &self)
            } else if field.description.isRequired {
                errors.append(FieldError(field: field.description.name, code: "required", message: "must be given"))
            }
        }
        guard errors.isEmpty else { throw FieldErrors(errors) }
    }

    /// From texts by name, as a settings file has them.
    public init(text: [String: String]) throws {
        var values: [String: FieldValue] = [:]
        for (name, text) in text {
            let field = Self.fields.first { $0.description.name == name }
            values[name] = field?.parse(text) ?? .text(text)
        }
        try self.init(values: values)
    }

    private static func unknown(_ names: some Sequence<String>) -> [FieldError] {
        let known = fields.map(\.description.name)
        return names.filter { !known.contains($0) }.sorted().map { name in
            FieldError(
                field: name, code: "unknown",
                message: known.isEmpty
                    ? "is unknown; there are none" : "is unknown; there are \(known.joined(separator: ", "))")
        }
    }
}

/// No fields at all: for routes without input or output, and plugins without settings.
public struct Nothing: Record {
    public static let fields: [Field<Nothing>] = []
    public init() {}
}
