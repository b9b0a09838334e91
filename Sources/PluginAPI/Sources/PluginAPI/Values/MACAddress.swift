/// A 48-bit hardware address.
@frozen
public struct MACAddress: Sendable, Hashable, BitwiseCopyable {
    /// The address in the low 48 bits, first octet highest.
    public let bits: UInt64

    /// Only the low 48 bits are kept.
    @inlinable
    public init(bits: UInt64) { self.bits = bits & 0xFFFF_FFFF_FFFF }

    /// From six bytes; nil for any other count.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 6 else { return nil }
        self.init(bits: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }
}

extension MACAddress: LosslessStringConvertible, CustomStringConvertible {
    /// Parses twelve hex digits, bare or divided by `:`, `-` or `.` as the vendors write them
    /// (`00:11:22:33:44:55`, `00-11-22-33-44-55`, `0011.2233.4455`, `001122334455`, `1:00:…` of RouterOS DHCP
    /// client ids is not one). nil otherwise.
    public init?(_ text: String) {
        self.init(text: text.utf8)
    }

    /// The same over ASCII bytes.
    @inlinable
    public init?(text: some Sequence<UInt8>) {
        var bits: UInt64 = 0
        var digits = 0
        var divided = true
        for unit in text {
            switch unit {
            case 48...57: bits = bits << 4 | UInt64(unit - 48)
            case 65...70: bits = bits << 4 | UInt64(unit - 55)
            case 97...102: bits = bits << 4 | UInt64(unit - 87)
            case 58, 45, 46:
                guard !divided, digits % 2 == 0 else { return nil }
                divided = true
                continue
            default: return nil
            }
            digits += 1
            divided = false
            guard digits <= 12 else { return nil }
        }
        guard digits == 12, !divided else { return nil }
        self.init(bits: bits)
    }

    /// Upper case with colons, as RouterOS prints it: `00:11:22:AA:BB:CC`.
    public var description: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var text: [UInt8] = []
        for shift in stride(from: 40, through: 0, by: -8) {
            let octet = Int(bits >> UInt64(shift) & 0xFF)
            if !text.isEmpty { text.append(58) }
            text += [digits[octet >> 4], digits[octet & 15]]
        }
        return String(decoding: text, as: UTF8.self)
    }
}
