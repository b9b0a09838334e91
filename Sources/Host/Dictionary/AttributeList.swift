/// An operator of a list: how an item meets what is already there, or is compared.
package enum ListOperator: String, Sendable, CaseIterable {
    case equals = "="
    case set = ":="
    case add = "+="
    case isEqual = "=="
    case isNot = "!="
    case remove = "-="
    case matches = "=~"
    case matchesNot = "!~"
    case exists = "=*"
    case existsNot = "!*"
    case atMost = "<="
    case atLeast = ">="
    case less = "<"
    case greater = ">"

    /// Whether an item with it can be sent.
    package var isAssignment: Bool { [.equals, .set, .add, .isEqual].contains(self) }
}

/// One item of a list as written: `Name:tag op value` or `Name = { … }`.
package struct ListItem: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        /// Quotes and escapes removed.
        case text([UInt8])
        case nested([ListItem])
    }

    package let name: String
    package let tag: UInt8?
    package let `operator`: ListOperator
    package let value: Value
    /// Where it begins, in bytes, for messages.
    package let offset: Int
}

/// Reads `Name = value, Name2 += "quoted, value"`, divided by commas or line ends; `#` begins a comment.
package struct AttributeListReader {
    private let bytes: [UInt8]
    private var position = 0
    private static let deepest = 8

    /// Throws `.badList` with the offset of what is wrong.
    package static func read(_ text: String) throws(EncodeError) -> [ListItem] {
        var reader = AttributeListReader(bytes: Array(text.utf8))
        let items = try reader.items(depth: 0)
        guard reader.position == reader.bytes.count else { throw reader.error("a } without its {") }
        return items
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func error(_ message: String) -> EncodeError { .badList(offset: position, message: message) }

    /// Items up to the end or a closing brace.
    private mutating func items(depth: Int) throws(EncodeError) -> [ListItem] {
        var items: [ListItem] = []
        while true {
            skip { $0 <= 32 || $0 == 44 }
            guard let unit = current, unit != 125 else { return items }
            if unit == 35 {
                skip { $0 != 10 }
                continue
            }
            items.append(try item(depth: depth))
            skip { $0 == 32 || $0 == 9 }
            guard current == nil || [10, 13, 35, 44, 125].contains(current!) else {
                throw error("a comma or line end should follow; quote a value that has spaces")
            }
        }
    }

    private mutating func item(depth: Int) throws(EncodeError) -> ListItem {
        let offset = position
        let name = try name()
        let tag = try tag()
        skip { $0 == 32 || $0 == 9 }
        let symbol = try symbol()
        skip { $0 == 32 || $0 == 9 }
        let value = try value(depth: depth)
        return ListItem(name: name, tag: tag, operator: symbol, value: value, offset: offset)
    }

    private mutating func name() throws(EncodeError) -> String {
        let start = position
        while let unit = current, unit > 32, !endsName(unit) { position += 1 }
        guard position > start else { throw error("a name should stand here") }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Names may hold `:`, `+` and `-`, where no tag or operator begins with them.
    private func endsName(_ unit: UInt8) -> Bool {
        let next = position + 1 < bytes.count ? bytes[position + 1] : 0
        switch unit {
        case 58: return next == 61 || (48...57).contains(next)
        case 43, 45: return next == 61
        case 33, 34, 35, 39, 44, 60, 61, 62, 123, 125: return true
        default: return false
        }
    }

    private mutating func tag() throws(EncodeError) -> UInt8? {
        guard current == 58, position + 1 < bytes.count, bytes[position + 1] != 61 else { return nil }
        position += 1
        let start = position
        skip { (48...57).contains($0) }
        guard let tag = UInt8(String(decoding: bytes[start..<position], as: UTF8.self)), tag <= 31 else {
            throw error("a tag is 0 to 31")
        }
        return tag
    }

    private mutating func symbol() throws(EncodeError) -> ListOperator {
        for length in [2, 1] where position + length <= bytes.count {
            let text = String(decoding: bytes[position..<position + length], as: UTF8.self)
            if let symbol = ListOperator(rawValue: text) {
                position += length
                return symbol
            }
        }
        throw error("an operator should stand here: =, := or +=")
    }

    private mutating func value(depth: Int) throws(EncodeError) -> ListItem.Value {
        switch current {
        case 34, 39: return .text(try quoted())
        case 123:
            guard depth < AttributeListReader.deepest else { throw error("too many { inside each other") }
            position += 1
            let inside = try items(depth: depth + 1)
            guard current == 125 else { throw error("a } is missing") }
            position += 1
            return .nested(inside)
        default:
            let start = position
            skip { $0 > 32 && $0 != 44 && $0 != 125 }
            guard position > start else { throw error("a value should stand here") }
            return .text(Array(bytes[start..<position]))
        }
    }

    /// Double quotes know escapes; single quotes only `\'` and `\\`.
    private mutating func quoted() throws(EncodeError) -> [UInt8] {
        let quote = bytes[position]
        let start = position + 1
        position = start
        while let unit = current, unit != quote { position += unit == 92 ? 2 : 1 }
        guard position < bytes.count else {
            position = start - 1
            throw error("the closing quote is missing")
        }
        let inside = bytes[start..<position]
        position += 1
        return quote == 34 ? Quoting.unescaped(inside) : Quoting.plain(inside)
    }

    private mutating func skip(while matches: (UInt8) -> Bool) {
        while position < bytes.count, matches(bytes[position]) { position += 1 }
    }
}

extension Quoting {
    /// The inside of single quotes.
    static func plain(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text
        while let unit = rest.popFirst() {
            if unit == 92, let next = rest.first, next == 92 || next == 39 {
                bytes.append(next)
                rest = rest.dropFirst()
            } else {
                bytes.append(unit)
            }
        }
        return bytes
    }
}
