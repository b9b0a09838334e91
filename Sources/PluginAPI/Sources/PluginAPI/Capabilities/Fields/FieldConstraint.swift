/// What a field's value must keep to beyond its type.
public enum FieldConstraint: Sendable, Hashable {
    /// For numbers, both ends included.
    case range(ClosedRange<Int64>)
    /// Characters of a text, in Unicode's code points as JSON Schema counts them, or items of a list.
    case length(ClosedRange<Int>)
    /// One of these texts.
    case oneOf([String])
    /// Lower case letters, digits and hyphens, a letter first.
    case kebabCase

    /// Why the value does not keep to it, as the end of a sentence that begins with the field's name; nil if it does.
    /// A null value keeps to everything.
    public func violation(by value: FieldValue) -> String? {
        switch (self, value) {
        case (_, .null): nil
        case (.range(let range), .integer(let number)):
            range.contains(number) ? nil : "must be \(range.lowerBound) to \(range.upperBound), not \(number)"
        case (.range(let range), .number(let number)):
            number >= Double(range.lowerBound) && number <= Double(range.upperBound)
                ? nil : "must be \(range.lowerBound) to \(range.upperBound), not \(number)"
        case (.length(let range), .text(let text)):
            range.contains(text.unicodeScalars.count)
                ? nil
                : "must have \(range.lowerBound) to \(range.upperBound) characters, not \(text.unicodeScalars.count)"
        case (.length(let range), .list(let items)):
            range.contains(items.count)
                ? nil : "must have \(range.lowerBound) to \(range.upperBound) items, not \(items.count)"
        case (.oneOf(let texts), .text(let text)):
            texts.contains(text) ? nil : "must be one of \(texts.joined(separator: ", ")), not \(text)"
        case (.kebabCase, .text(let text)):
            FieldConstraint.isKebabCase(text)
                ? nil : "must be lower case letters, digits and hyphens, a letter first, not \(text)"
        default: "has a constraint that does not fit its type"
        }
    }

    /// Whether a text is an id such as `public-ip`.
    public static func isKebabCase(_ text: String) -> Bool {
        guard let first = text.utf8.first, (97...122).contains(first), text.utf8.last != 45 else { return false }
        return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
