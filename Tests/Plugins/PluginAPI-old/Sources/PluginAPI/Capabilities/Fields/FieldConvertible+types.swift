extension Bool: FieldConvertible {
    public static var fieldKind: FieldKind { .bool }

    public init(fieldValue: FieldValue) throws {
        guard case .bool(let value) = fieldValue else { throw Bool.mismatch(fieldValue, "true or false") }
        self = value
    }

    public var fieldValue: FieldValue { .bool(self) }

    public static func fieldValue(text: String) -> FieldValue {
        switch text {
        case "true", "yes", "on", "1": .bool(true)
        case "false", "no", "off", "0": .bool(false)
        default: .text(text)
        }
    }
}

extension FieldConvertible where Self: FixedWidthInteger {
    public static var fieldKind: FieldKind { .integer }

    public init(fieldValue: FieldValue) throws {
        guard case .integer(let number) = fieldValue, let value = Self(exactly: number) else {
            throw Self.mismatch(fieldValue, "a whole number of \(Self.min) to \(Self.max)")
        }
        self = value
    }

    public var fieldValue: FieldValue { .integer(Int64(clamping: self)) }

    public static func fieldValue(text: String) -> FieldValue { Int64(text).map(FieldValue.integer) ?? .text(text) }
}

extension Int: FieldConvertible {}
extension Int64: FieldConvertible {}
extension UInt8: FieldConvertible {}
extension UInt16: FieldConvertible {}
extension UInt32: FieldConvertible {}

extension Double: FieldConvertible {
    public static var fieldKind: FieldKind { .number }

    public init(fieldValue: FieldValue) throws {
        switch fieldValue {
        case .integer(let number): self = Double(number)
        case .number(let number): self = number
        default: throw Double.mismatch(fieldValue, "a number")
        }
    }

    public var fieldValue: FieldValue { .number(self) }

    public static func fieldValue(text: String) -> FieldValue { Double(text).map(FieldValue.number) ?? .text(text) }
}

extension String: FieldConvertible {
    public static var fieldKind: FieldKind { .text }

    public init(fieldValue: FieldValue) throws {
        guard case .text(let text) = fieldValue else { throw String.mismatch(fieldValue, "a text") }
        self = text
    }

    public var fieldValue: FieldValue { .text(self) }
}

extension Optional: FieldConvertible where Wrapped: FieldConvertible {
    public static var fieldKind: FieldKind { .optional(Wrapped.fieldKind) }

    public init(fieldValue: FieldValue) throws {
        self = fieldValue == .null ? nil : try Wrapped(fieldValue: fieldValue)
    }

    public var fieldValue: FieldValue { self?.fieldValue ?? .null }

    public static func fieldValue(text: String) -> FieldValue { text.isEmpty ? .null : Wrapped.fieldValue(text: text) }
}

extension Array: FieldConvertible where Element: FieldConvertible {
    public static var fieldKind: FieldKind { .list(Element.fieldKind) }

    public init(fieldValue: FieldValue) throws {
        guard case .list(let items) = fieldValue else { throw Self.mismatch(fieldValue, "a list") }
        var errors: [FieldError] = []
        var values: [Element] = []
        for (index, item) in items.enumerated() {
            do {
                values.append(try Element(fieldValue: item))
            } catch let faults as FieldErrors {
                errors += faults.errors.map { $0.placed(at: String(index)) }
            }
        }
        guard errors.isEmpty else { throw FieldErrors(errors) }
        self = values
    }

    public var fieldValue: FieldValue { .list(map(\.fieldValue)) }

    /// Items divided by commas.
    public static func fieldValue(text: String) -> FieldValue {
        .list(text.split(separator: ",").map { Element.fieldValue(text: $0.trimmed) })
    }
}

extension FieldError {
    /// The error seen from the record or list that holds the value.
    func placed(at name: String) -> FieldError {
        field.isEmpty ? FieldError(field: name, code: code, message: message) : below(name)
    }
}

extension Substring {
    /// Without spaces at both ends.
    var trimmed: String {
        var text = self
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
