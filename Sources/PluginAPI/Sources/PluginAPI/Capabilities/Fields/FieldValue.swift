/// A value on its way between JSON (or a settings file) and a struct.
public enum FieldValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([FieldValue])
    case object([String: FieldValue])
}

/// What a field holds, for documents and forms.
public indirect enum FieldKind: Sendable, Hashable {
    case bool, integer, number, text
    /// Text of a certain shape: `rate`, `ip-address`, `ip-prefix`, `mac-address`, `date-time` (ISO 8601, UTC),
    /// `date`, `email`, `uri`, `hex` (pairs of digits), `json` (any value), `object` (any object).
    case format(String)
    case choice([String])
    case list(FieldKind)
    case record([FieldDescription])
    case optional(FieldKind)

    /// The kind beneath `optional`.
    public var wrapped: FieldKind {
        if case .optional(let kind) = self { kind } else { self }
    }
}

/// A field without its struct: what documents, forms and lists of settings show.
public struct FieldDescription: Sendable, Hashable {
    public let name: String
    public let kind: FieldKind
    /// What a newcomer needs to know to fill it in.
    public let text: String
    /// True when a value must be given; otherwise the struct's own default stands.
    public let isRequired: Bool
    /// Shown as dots, never read back.
    public let isSecret: Bool
    public let constraints: [FieldConstraint]

    /// A field that no struct stands for: a column of a list, a parameter of a query.
    public init(
        name: String, kind: FieldKind, text: String = "", isRequired: Bool = false, isSecret: Bool = false,
        constraints: [FieldConstraint] = []
    ) {
        self.name = name
        self.kind = kind
        self.text = text
        self.isRequired = isRequired
        self.isSecret = isSecret
        self.constraints = constraints
    }
}
