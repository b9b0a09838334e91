package import PluginAPI

/// One attribute of a packet, as read with a dictionary.
package struct DecodedAttribute: Sendable {
    /// The dictionary's name, or `Attr-26.14988.99` for a number or a value that it can't read.
    package let name: String
    /// The numbers from the packet down; empty for bytes that are no attribute.
    package let path: [UInt32]
    package let attribute: Attribute?
    package let tag: UInt8?
    /// The bytes of the value: tag taken off, decrypted where the secret was given.
    package let value: [UInt8]
    /// The value for people and programs, without quotes; `***` when masked.
    package let text: String
    /// What a TLV or a structure holds.
    package let children: [DecodedAttribute]
    /// Whether `text` hides a secret.
    package let isMasked: Bool
    /// What is wrong with the bytes; nil when nothing is.
    package let problem: String?

    /// `Name:tag = text`, as `encode` reads it.
    package var line: String { "\(name)\(tag.map { ":\($0)" } ?? "") = \(listText)" }

    private var listText: String {
        if isMasked { return text }
        if !children.isEmpty { return "{ " + children.map(\.line).joined(separator: ", ") + " }" }
        switch attribute?.type {
        case .string: return Quoting.quoted(value)
        case .octets, nil: return text
        default: return text.utf8.allSatisfy(Quoting.isBare) ? text : Quoting.quoted(Array(text.utf8))
        }
    }

    /// The standard or vendor's number, for programs that look for one attribute.
    package var key: AttributeKey? {
        guard let first = path.first else { return nil }
        return path.count >= 3 && first == 26 ? AttributeKey(path[2], vendor: path[1]) : AttributeKey(first)
    }
}

extension Quoting {
    /// What a word of a list may hold without quotes.
    static func isBare(_ unit: UInt8) -> Bool {
        unit > 32 && unit < 127 && ![34, 35, 39, 44, 92, 123, 125].contains(unit)
    }
}
