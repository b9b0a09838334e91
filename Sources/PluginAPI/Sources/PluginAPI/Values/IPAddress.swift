/// An IPv4 or IPv6 address, as bytes in network order.
///
/// An IPv4 address keeps its four bytes in the low half of `low`; `isIPv4` tells the families apart, so an IPv4
/// address and its IPv4-mapped IPv6 form are different values.
@frozen
public struct IPAddress: Sendable, Hashable, BitwiseCopyable {
    public let high: UInt64
    public let low: UInt64
    public let isIPv4: Bool

    /// An IPv4 address from its 32 bits, first octet highest.
    @inlinable
    public init(ipv4 bits: UInt32) {
        high = 0
        low = UInt64(bits)
        isIPv4 = true
    }

    /// An IPv6 address from its two halves, first octet highest.
    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        isIPv4 = false
    }

    /// From 4 or 16 bytes in network order; nil for any other length.
    public init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self.init(ipv4: UInt32(truncatingIfNeeded: IPAddress.bigEndian(bytes)))
        case 16:
            self.init(high: IPAddress.bigEndian(bytes.prefix(8)), low: IPAddress.bigEndian(bytes.dropFirst(8)))
        default: return nil
        }
    }

    /// 4 or 16 bytes in network order.
    public var bytes: [UInt8] {
        let width = isIPv4 ? 4 : 16
        var result: [UInt8] = []
        result.reserveCapacity(width)
        for index in 0..<width {
            let fromEnd = width - 1 - index
            let half = fromEnd < 8 ? low : high
            result.append(UInt8(truncatingIfNeeded: half >> UInt64((fromEnd % 8) * 8)))
        }
        return result
    }

    /// 32 or 128.
    @inlinable
    public var bitWidth: Int { isIPv4 ? 32 : 128 }

    /// Whether the bit at `index`, counted from the first (most significant), is set.
    public func bit(_ index: Int) -> Bool {
        let fromEnd = bitWidth - 1 - index
        let half = fromEnd < 64 ? low : high
        return (half >> UInt64(fromEnd % 64)) & 1 == 1
    }

    private static func bigEndian(_ bytes: some Collection<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}

extension IPAddress: Comparable {
    /// IPv4 before IPv6, then by value.
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        if left.isIPv4 != right.isIPv4 { return left.isIPv4 }
        return (left.high, left.low) < (right.high, right.low)
    }
}
