import PluginAPI

/// Text to the bytes of one value, without header, tag or encryption.
enum ValueEncoder {
    /// `text` as the user means it, quotes already removed. Names of values are looked up first.
    static func bytes(_ attribute: Attribute, _ text: [UInt8]) throws(EncodeError) -> [UInt8] {
        switch attribute.type {
        case .string(let length): return try sized(attribute, text, length, text)
        case .octets(let length):
            // Hex needs its 0x; other text stands for its own bytes, as in FreeRADIUS.
            guard isHex(text) else { return try sized(attribute, text, length, text) }
            guard let bytes = HexText.bytes(text) else { throw bad(attribute, text) }
            return try sized(attribute, bytes, length, text)
        default:
            guard let bytes = scalar(attribute, String(decoding: text, as: UTF8.self)) else {
                throw bad(attribute, text)
            }
            return bytes
        }
    }

    private static func isHex(_ text: [UInt8]) -> Bool {
        text.count >= 2 && text[0] == 48 && text[1].asciiLowercased == UInt8(ascii: "x")
    }

    private static func sized(
        _ attribute: Attribute, _ bytes: [UInt8], _ length: Int?, _ text: [UInt8]
    ) throws(EncodeError) -> [UInt8] {
        guard let length, length != bytes.count else { return bytes }
        throw bad(attribute, text)
    }

    private static func bad(_ attribute: Attribute, _ text: [UInt8]) -> EncodeError {
        // A secret must not come back in a message.
        let isSecret = attribute.flags.isSecret || attribute.flags.encryption != .none
        let shown = isSecret ? "***" : String(decoding: text.prefix(80), as: UTF8.self)
        return .badValue(attribute: attribute.name, text: shown, expected: expected(attribute))
    }

    private static func expected(_ attribute: Attribute) -> String {
        let names = attribute.values.entries.prefix(6).map(\.name).joined(separator: ", ")
        let base =
            switch attribute.type {
            case .string(let length), .octets(let length): length.map { "\($0) bytes" } ?? "hex after 0x"
            case .ipv4Address: "an IPv4 address"
            case .ipv6Address: "an IPv6 address"
            case .ipAddress: "an address"
            case .ipv4Prefix, .ipv6Prefix, .ipPrefix: "a prefix (address/length)"
            case .interfaceID: "an interface id (four groups of hex)"
            case .ethernet: "a MAC address"
            case .date: "a time (2026-01-31T12:00:00Z or seconds since 1970)"
            case .boolean: "yes or no"
            case .unsigned(let bits): "a number of \(bits) bits"
            case .signed(let bits): "a signed number of \(bits) bits"
            case .float: "a number"
            default: "a value of type \(attribute.type.name)"
            }
        return names.isEmpty ? base : "\(base) or one of \(names) …"
    }

    /// Values of one size, and prefixes. What reads as a value of the type is that value, as in FreeRADIUS: the name
    /// of a value counts only where it is nothing else (some dictionaries have names like `56`).
    private static func scalar(_ attribute: Attribute, _ text: String) -> [UInt8]? {
        if let bytes = literal(attribute.type, text) { return bytes }
        guard let number = attribute.values.number(named: text) else { return nil }
        if case .bits = attribute.type { return bigEndian(number, 8) }
        if attribute.type == .ipAddress { return bigEndian(number, 4) }
        return attribute.type.fixedLength.map { bigEndian(number, $0) }
    }

    private static func literal(_ type: AttributeType, _ text: String) -> [UInt8]? {
        switch type {
        case .ipv4Address: return address(text, isIPv4: true)?.bytes
        case .ipv6Address: return address(text, isIPv4: false)?.bytes
        case .ipAddress: return IPAddress(text)?.bytes
        case .ipv4Prefix: return prefix(text, isIPv4: true)
        case .ipv6Prefix: return prefix(text, isIPv4: false)
        case .ipPrefix: return prefix(text, isIPv4: !text.utf8.contains(UInt8(ascii: ":")))
        case .interfaceID: return interfaceID(text)
        case .ethernet: return MACAddress(text).map { bigEndian($0.bits, 6) }
        case .date: return Timestamp.seconds(text).map { bigEndian(UInt64($0), 4) }
        case .timeDelta: return unsigned(text, bits: 32).map { bigEndian($0, 4) }
        case .boolean: return ["yes": [1], "no": [0], "true": [1], "false": [0], "1": [1], "0": [0]][text]
        case .unsigned(let bits): return unsigned(text, bits: bits).map { bigEndian($0, bits / 8) }
        case .signed(let bits): return signed(text, bits: bits).map { bigEndian($0, bits / 8) }
        case .float(let bits): return float(text, bits: bits)
        case .ascendBinary: return text.hasPrefix("0x") ? HexText.bytes(text.utf8) : nil
        case .bits(let count): return unsigned(text, bits: count).map { bigEndian($0, 8) }
        default: return HexText.bytes(text.utf8)
        }
    }

    /// Whether the text means a value of the type without any name.
    static func isLiteral(_ text: String, _ type: AttributeType) -> Bool { literal(type, text) != nil }

    private static func unsigned(_ text: String, bits: Int) -> UInt64? {
        text.utf8.first == UInt8(ascii: "-") ? nil : ValueNumber.integer(text, bits: bits)
    }

    /// Refuses a positive number that would come out negative.
    private static func signed(_ text: String, bits: Int) -> UInt64? {
        guard let value = Int64(text), value >> Int64(bits - 1) == 0 || value >> Int64(bits - 1) == -1 else {
            return nil
        }
        return UInt64(bitPattern: value)
    }

    private static func address(_ text: String, isIPv4: Bool) -> IPAddress? {
        IPAddress(text).flatMap { $0.isIPv4 == isIPv4 ? $0 : nil }
    }

    /// A reserved byte, the length, the whole address, host bits cleared (RFC 3162 section 2.3, RFC 8044 section
    /// 3.11). IPv6 is sent in full, since some receivers refuse the shorter form that is also allowed.
    private static func prefix(_ text: String, isIPv4: Bool) -> [UInt8]? {
        guard let prefix = IPPrefix(text), prefix.address.isIPv4 == isIPv4 else { return nil }
        return [0, UInt8(prefix.length)] + prefix.network.bytes
    }

    /// Four groups of up to four hex digits (RFC 3162 section 2.2): `0:0:0:1`.
    private static func interfaceID(_ text: String) -> [UInt8]? {
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for group in groups {
            guard (1...4).contains(group.utf8.count), group.utf8.allSatisfy({ $0.hexDigitValue != nil }),
                let word = UInt16(group, radix: 16)
            else { return nil }
            bytes += bigEndian(UInt64(word), 2)
        }
        return bytes
    }

    private static func float(_ text: String, bits: Int) -> [UInt8]? {
        if bits == 32 { return Float(text).map { bigEndian(UInt64($0.bitPattern), 4) } }
        return Double(text).map { bigEndian($0.bitPattern, 8) }
    }

    /// The low `count` bytes, highest first.
    static func bigEndian(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * (count - 1 - $0))) }
    }
}
