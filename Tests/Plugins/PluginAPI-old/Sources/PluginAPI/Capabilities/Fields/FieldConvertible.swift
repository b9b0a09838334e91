/// A type that a field can have.
public protocol FieldConvertible: Sendable {
    static var fieldKind: FieldKind { get }

    /// Throws `FieldErrors`; the field of an error is relative to this value, empty for the value itself.
    init(fieldValue: FieldValue) throws

    var fieldValue: FieldValue { get }

    /// The value that a text from a settings file stands for.
    static func fieldValue(text: String) -> FieldValue
}

extension FieldConvertible {
    public static func fieldValue(text: String) -> FieldValue { .text(text) }

    static func mismatch(_ value: FieldValue, _ expected: String) -> FieldErrors {
        FieldErrors([FieldError(field: "", code: "type", message: "must be \(expected)\(value.asFound)")])
    }
}

extension FieldValue {
    /// The value in an error message, short; nothing for lists and objects.
    var asFound: String {
        switch self {
        case .null: ", not null"
        case .bool(let value): ", not \(value)"
        case .integer(let value): ", not \(value)"
        case .number(let value): ", not \(value)"
        case .text(let value): ", not \"\(value.prefix(80))\""
        case .list, .object: ""
        }
    }
}

/// An enum of texts as a field: `enum Mode: String, FieldChoice { case … }`.
public protocol FieldChoice: FieldConvertible, RawRepresentable, CaseIterable where RawValue == String {}

extension FieldChoice {
    public static var fieldKind: FieldKind { .choice(allCases.map(\.rawValue)) }

    public init(fieldValue: FieldValue) throws {
        guard case .text(let text) = fieldValue, let choice = Self(rawValue: text) else {
            throw Self.mismatch(fieldValue, "one of " + Self.allCases.map(\.rawValue).joined(separator: ", "))
        }
        self = choice
    }

    public var fieldValue: FieldValue { .text(rawValue) }
}
