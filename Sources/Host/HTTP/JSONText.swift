import PluginAPI

/// JSON text that is being read, from its front on.
struct JSONText {
    typealias Fault = JSONReader.Fault

    private static let mostDepth = 64
    private static let noJSON = Fault(message: "The body is not JSON.")

    private let bytes: [UInt8]
    private var at: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // A byte order mark says nothing (RFC 8259 8.1).
        at = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    mutating func whole() throws(Fault) -> FieldValue {
        let value = try value(depth: 1)
        guard next() == nil else { throw JSONText.noJSON }
        return value
    }

    /// The next byte that is no blank, which stays.
    private mutating func next() -> UInt8? {
        while at < bytes.count, JSONText.isBlank(bytes[at]) { at += 1 }
        return at < bytes.count ? bytes[at] : nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || byte == 9 || byte == 10 || byte == 13 }

    /// - depth: of this value, should it be a list or an object.
    private mutating func value(depth: Int) throws(Fault) -> FieldValue {
        switch next() {
        case UInt8(ascii: "{"): return try object(depth)
        case UInt8(ascii: "["): return try list(depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ word: StaticString, _ value: FieldValue) throws(Fault) -> FieldValue {
        let end = at + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ bytes[at..<end].elementsEqual($0) }) else {
            throw JSONText.noJSON
        }
        at = end
        return value
    }

    private mutating func open(_ depth: Int) throws(Fault) {
        guard depth <= JSONText.mostDepth else {
            throw Fault(message: "The JSON is nested deeper than \(JSONText.mostDepth).")
        }
        at += 1
    }

    private mutating func list(_ depth: Int) throws(Fault) -> FieldValue {
        try open(depth)
        var items: [FieldValue] = []
        if closes(UInt8(ascii: "]")) { return .list(items) }
        repeat { items.append(try value(depth: depth + 1)) } while try goesOn(UInt8(ascii: "]"))
        return .list(items)
    }

    private mutating func object(_ depth: Int) throws(Fault) -> FieldValue {
        try open(depth)
        var members: [String: FieldValue] = [:]
        if closes(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            guard next() == UInt8(ascii: "\"") else { throw JSONText.noJSON }
            let name = try string()
            guard next() == UInt8(ascii: ":") else { throw JSONText.noJSON }
            at += 1
            members[name] = try value(depth: depth + 1)
        } while try goesOn(UInt8(ascii: "}"))
        return .object(members)
    }

    private mutating func closes(_ end: UInt8) -> Bool {
        guard next() == end else { return false }
        at += 1
        return true
    }

    /// After an item: a comma, or the end.
    private mutating func goesOn(_ end: UInt8) throws(Fault) -> Bool {
        if closes(end) { return false }
        guard next() == UInt8(ascii: ",") else { throw JSONText.noJSON }
        at += 1
        return true
    }
}

extension JSONText {
    private mutating func number() throws(Fault) -> FieldValue {
        let start = at
        if peek() == UInt8(ascii: "-") { at += 1 }
        let whole = digits()
        // No zero stands before another digit.
        guard !whole.isEmpty, whole.count == 1 || bytes[whole.lowerBound] != UInt8(ascii: "0") else {
            throw JSONText.noJSON
        }
        if peek() == UInt8(ascii: ".") {
            at += 1
            guard !digits().isEmpty else { throw JSONText.noJSON }
        }
        if peek() == UInt8(ascii: "e") || peek() == UInt8(ascii: "E") {
            at += 1
            if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { at += 1 }
            guard !digits().isEmpty else { throw JSONText.noJSON }
        }
        let text = String(decoding: bytes[start..<at], as: UTF8.self)
        guard let number = JSONNumber.value(text) else { throw Fault(message: "A number is too large.") }
        return number
    }

    private func peek() -> UInt8? { at < bytes.count ? bytes[at] : nil }

    private mutating func digits() -> Range<Int> {
        let start = at
        while at < bytes.count, (48...57).contains(bytes[at]) { at += 1 }
        return start..<at
    }

    /// From its quote to behind the other.
    private mutating func string() throws(Fault) -> String {
        at += 1
        var units: [UInt8] = []
        while let byte = peek() {
            at += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: units, as: UTF8.self) else {
                    throw Fault(message: "The JSON is not UTF-8.")
                }
                return text
            case UInt8(ascii: "\\"): units += UTF8.encode(try escaped()) ?? .init()
            case 0..<32: throw JSONText.noJSON
            default: units.append(byte)
            }
        }
        throw JSONText.noJSON
    }

    /// What stands behind a backslash.
    private mutating func escaped() throws(Fault) -> UnicodeScalar {
        guard let byte = peek() else { throw JSONText.noJSON }
        at += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UnicodeScalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try scalar()
        default: throw JSONText.noJSON
        }
    }

    /// Four digits; twice four where the first are half of a character beyond 16 bits.
    private mutating func scalar() throws(Fault) -> UnicodeScalar {
        let first = try unit()
        if let scalar = UnicodeScalar(first) { return scalar }
        guard first < 0xDC00, peek() == UInt8(ascii: "\\") else { throw JSONText.noJSON }
        at += 1
        guard peek() == UInt8(ascii: "u") else { throw JSONText.noJSON }
        at += 1
        let second = try unit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = UnicodeScalar(0x10000 + (UInt32(first) - 0xD800) << 10 + UInt32(second) - 0xDC00)
        else { throw JSONText.noJSON }
        return scalar
    }

    private mutating func unit() throws(Fault) -> UInt16 {
        var value: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = peek().flatMap(RequestTarget.digit) else { throw JSONText.noJSON }
            at += 1
            value = value << 4 | UInt16(digit)
        }
        return value
    }
}
