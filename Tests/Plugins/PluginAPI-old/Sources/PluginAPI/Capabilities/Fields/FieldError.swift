/// What is wrong with an input, field by field.
public struct FieldErrors: Error, Sendable, Hashable, CustomStringConvertible {
    public var errors: [FieldError]

    public init(_ errors: [FieldError]) { self.errors = errors }

    public var description: String { errors.map(\.description).joined(separator: "; ") }
}

/// One field's fault. `code` is for programs and does not change: `required`, `unknown`, `type`, `constraint`.
public struct FieldError: Sendable, Hashable, CustomStringConvertible {
    /// JSON name, with dots into nested records and list positions: `tiers.2.down`.
    public var field: String
    public var code: String
    /// The end of a sentence that begins with the field's name.
    public var message: String

    public init(field: String, code: String, message: String) {
        self.field = field
        self.code = code
        self.message = message
    }

    public var description: String { "\(field) \(message)" }

    func below(_ parent: String) -> FieldError {
        FieldError(field: "\(parent).\(field)", code: code, message: message)
    }
}
