/// Small tools over ASCII text; dictionaries are compared without regard to case, in ASCII only.
extension String {
    var asciiLowercased: String {
        guard utf8.contains(where: { (65...90).contains($0) }) else { return self }
        return String(decoding: utf8.map { $0.asciiLowercased }, as: UTF8.self)
    }

    /// Equal but for the case of ASCII letters.
    func equalsIgnoringCase(_ other: String) -> Bool {
        utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }
}

extension UInt8 {
    var asciiLowercased: UInt8 { (65...90).contains(self) ? self | 0x20 : self }

    /// 0…15 for a hex digit.
    var hexDigitValue: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }
}

extension StringProtocol {
    /// A decimal or `0x` hex number, no sign; nil when it is not one or does not fit 64 bits.
    var dictionaryNumber: UInt64? {
        guard let first = utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
        if first == 48, utf8.count > 2, utf8.dropFirst().first!.asciiLowercased == UInt8(ascii: "x") {
            let digits = dropFirst(2)
            guard digits.utf8.allSatisfy({ $0.hexDigitValue != nil }) else { return nil }
            return UInt64(digits, radix: 16)
        }
        return UInt64(self)
    }
}

/// Hex text, and back.
package enum HexText {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Lower case, no divider.
    package static func text(_ bytes: some Collection<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// From hex digits, a leading `0x` allowed, divided or not by spaces, colons or dashes; nil when malformed or odd.
    package static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
        var rest = text[...]
        if rest.first == 48, rest.count >= 2, rest.dropFirst().first!.asciiLowercased == UInt8(ascii: "x") {
            rest = rest.dropFirst(2)
        }
        var bytes: [UInt8] = []
        var high: UInt8?
        for unit in rest {
            if let digit = unit.hexDigitValue {
                if let first = high {
                    bytes.append(first << 4 | digit)
                    high = nil
                } else {
                    high = digit
                }
            } else {
                guard high == nil, [32, 9, 10, 13, 58, 45].contains(unit) else { return nil }
            }
        }
        return high == nil ? bytes : nil
    }
}
