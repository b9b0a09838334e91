/// Why a value could not be put on the wire. `attribute` is its name.
package enum EncodeError: Error, Hashable, CustomStringConvertible {
    case unknownAttribute(String)
    /// A check item or other name of the server's own.
    case notOnWire(String)
    /// `expected` says what would have been right.
    case badValue(attribute: String, text: String, expected: String)
    case tooLong(attribute: String, length: Int, most: Int)
    /// A tag is 0 to 31 (RFC 2868 section 3.1) and only for those that have one.
    case badTag(String)
    /// A number that its place on the wire can't hold.
    case badNumber(String)
    /// The value must be hidden, and no secret was given, or the value does not fit the method.
    case needsSecret(String)
    case badSecretValue(String)
    /// The text of a list, at an offset in bytes.
    case badList(offset: Int, message: String)

    package var description: String {
        switch self {
        case .unknownAttribute(let name): "no dictionary has an attribute \(name)"
        case .notOnWire(let name): "\(name) is for the server alone; it can't be sent"
        case .badValue(let attribute, let text, let expected): "\(attribute): '\(text)' is not \(expected)"
        case .tooLong(let attribute, let length, let most): "\(attribute): \(length) bytes, at most \(most) fit"
        case .badTag(let name): "\(name): a tag is 0 to 31, and only for attributes that have one"
        case .badNumber(let name): "\(name): its number does not fit its place in a packet"
        case .needsSecret(let name): "\(name) is hidden on the wire; a secret is needed"
        case .badSecretValue(let name): "\(name): the value is too long to be hidden"
        case .badList(let offset, let message): "at byte \(offset): \(message)"
        }
    }
}
