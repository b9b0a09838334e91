/// How values stand in a list: bare, or quoted with the escapes that FreeRADIUS's tools read.
package enum Quoting {
    /// In double quotes; quote and backslash escaped, what is not printable UTF-8 as three octal digits.
    package static func quoted(_ bytes: [UInt8]) -> String {
        var text = "\""
        var rest = bytes[...]
        while let unit = rest.first {
            if unit < 0x80 {
                text += escape(unit)
                rest = rest.dropFirst()
            } else if let character = scalar(rest) {
                text.unicodeScalars.append(character)
                rest = rest.dropFirst(UTF8.width(character))
            } else {
                text += octal(unit)
                rest = rest.dropFirst()
            }
        }
        return text + "\""
    }

    private static func escape(_ unit: UInt8) -> String {
        switch unit {
        case 34: "\\\""
        case 92: "\\\\"
        case 10: "\\n"
        case 13: "\\r"
        case 9: "\\t"
        case 32..<127: String(UnicodeScalar(unit))
        default: octal(unit)
        }
    }

    private static func octal(_ unit: UInt8) -> String {
        let digits = String(unit, radix: 8)
        return "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }

    /// The well-formed scalar that the bytes begin with; controls of Unicode are not printable.
    private static func scalar(_ bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
        var decoder = UTF8()
        var iterator = bytes.prefix(4).makeIterator()
        guard case .scalarValue(let scalar) = decoder.decode(&iterator), scalar.value >= 0xA0,
            scalar.properties.generalCategory != .format
        else { return nil }
        return scalar
    }

    /// Undoes the escapes of a double-quoted string's inside: `\n \r \t \" \\`, `\123`, `\x7f`.
    package static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = text
        while let unit = rest.popFirst() {
            guard unit == 92, let next = rest.popFirst() else {
                bytes.append(unit)
                continue
            }
            switch next {
            case UInt8(ascii: "n"): bytes.append(10)
            case UInt8(ascii: "r"): bytes.append(13)
            case UInt8(ascii: "t"): bytes.append(9)
            case UInt8(ascii: "x"): bytes += hexEscape(&rest)
            case 48...51: bytes += octalEscape(next, &rest)
            default: bytes.append(next)
            }
        }
        return bytes
    }

    private static func hexEscape(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        let digits = rest.prefix(2).compactMap { $0.hexDigitValue }
        guard digits.count == 2 else { return [UInt8(ascii: "x")] }
        rest = rest.dropFirst(2)
        return [digits[0] << 4 | digits[1]]
    }

    private static func octalEscape(_ first: UInt8, _ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        let digits = rest.prefix(2)
        guard digits.count == 2, digits.allSatisfy({ (48...55).contains($0) }) else { return [first] }
        rest = rest.dropFirst(2)
        return [digits.reduce(first - 48) { $0 << 3 | ($1 - 48) }]
    }
}
