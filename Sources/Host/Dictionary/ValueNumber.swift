import PluginAPI

/// The number behind a VALUE line.
enum ValueNumber {
    /// The bits as the wire has them. nil when the text is no number, or does not fit the type.
    static func parse(_ text: String, as type: AttributeType) -> UInt64? {
        switch type {
        case .unsigned(let bits), .signed(let bits): integer(text, bits: bits)
        case .bits(let count): integer(text, bits: count)
        case .date, .timeDelta, .ipv4Address, .ipAddress: address(text) ?? integer(text, bits: 32)
        case .boolean: ["yes": 1, "no": 0][text] ?? integer(text, bits: 8)
        case .ethernet: MACAddress(text).map { $0.bits } ?? integer(text, bits: 48)
        case .octets, .string, .ascendBinary, .interfaceID: integer(text, bits: 64)
        default: nil
        }
    }

    private static func address(_ text: String) -> UInt64? {
        IPAddress(text).flatMap { $0.isIPv4 ? $0.low : nil }
    }

    /// Decimal, hex or negative; two's complement in `bits`.
    static func integer(_ text: String, bits: Int) -> UInt64? {
        let mask = bits == 64 ? UInt64.max : (UInt64(1) << UInt64(bits)) - 1
        if text.utf8.first == UInt8(ascii: "-") {
            guard let value = Int64(text), value >= -(Int64(mask >> 1)) - 1 else { return nil }
            return UInt64(bitPattern: value) & mask
        }
        guard let value = text.dictionaryNumber, value <= mask else { return nil }
        return value
    }
}
