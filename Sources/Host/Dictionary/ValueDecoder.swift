import PluginAPI

/// The bytes of one value to text, without header, tag or encryption.
enum ValueDecoder {
    /// nil when the bytes can't be a value of the attribute's type.
    static func text(_ attribute: Attribute, _ bytes: [UInt8]) -> String? {
        if let length = attribute.type.fixedLength, length != bytes.count { return nil }
        switch attribute.type {
        case .string: return String(decoding: bytes, as: UTF8.self)
        case .octets, .ascendBinary: return "0x" + HexText.text(bytes)
        case .ipv4Address, .ipv6Address, .ipAddress:
            return named(attribute, bytes) ?? IPAddress(bytes: bytes).map { "\($0)" }
        case .ipv4Prefix: return prefix(bytes, size: 4)
        case .ipv6Prefix: return prefix(bytes, size: 16)
        case .ipPrefix: return bytes.count == 6 ? prefix(bytes, size: 4) : prefix(bytes, size: 16)
        case .interfaceID:
            return stride(from: 0, to: 8, by: 2)
                .map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }.joined(separator: ":")
        case .ethernet: return MACAddress(bytes: bytes).map { "\($0)" }
        case .date: return named(attribute, bytes) ?? Timestamp.text(UInt32(truncatingIfNeeded: number(bytes)))
        case .boolean: return bytes[0] > 1 ? nil : bytes[0] == 1 ? "yes" : "no"
        case .unsigned, .timeDelta: return named(attribute, bytes) ?? "\(number(bytes))"
        case .signed(let bits):
            let shift = UInt64(64 - bits)
            return named(attribute, bytes) ?? "\(Int64(bitPattern: number(bytes) << shift) >> Int64(shift))"
        case .float(let bits):
            let value = number(bytes)
            return bits == 32 ? "\(Float(bitPattern: UInt32(value)))" : "\(Double(bitPattern: value))"
        case .bits: return bytes.count == 8 ? named(attribute, bytes) ?? "\(number(bytes))" : nil
        default: return nil
        }
    }

    /// The name of the value, unless it reads as another value when it comes back.
    private static func named(_ attribute: Attribute, _ bytes: [UInt8]) -> String? {
        guard bytes.count <= 8, let name = attribute.values.name(of: number(bytes)),
            !ValueEncoder.isLiteral(name, attribute.type)
        else { return nil }
        return name
    }

    /// Up to 8 bytes, highest first.
    static func number(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// Trailing zero bytes of the address may be left off (RFC 3162 section 2.3).
    private static func prefix(_ bytes: [UInt8], size: Int) -> String? {
        guard bytes.count >= 2, bytes.count <= 2 + size, bytes[0] == 0, Int(bytes[1]) <= size * 8,
            (bytes.count - 2) * 8 >= Int(bytes[1])
        else { return nil }
        let address = bytes[2...] + Array(repeating: 0, count: 2 + size - bytes.count)
        // Host bits would be lost on the way back.
        guard let parsed = IPAddress(bytes: address), let prefix = IPPrefix(address: parsed, length: Int(bytes[1])),
            !prefix.hasHostBits
        else { return nil }
        return "\(prefix)"
    }
}
