/// An address and how many of its leading bits name the network: `192.0.2.0/24`, `2001:db8::/56`.
///
/// The address is kept as given; `network` clears the host bits.
@frozen
public struct IPPrefix: Sendable, Hashable, BitwiseCopyable {
    public let address: IPAddress
    /// 0…32 or 0…128.
    public let length: Int

    /// nil when `length` does not fit the address's family.
    public init?(address: IPAddress, length: Int) {
        guard (0...address.bitWidth).contains(length) else { return nil }
        self.address = address
        self.length = length
    }

    /// The network address: every bit after the first `length` cleared.
    public var network: IPAddress {
        if address.isIPv4 {
            let mask = length == 0 ? 0 : UInt32.max << UInt32(32 - length)
            return IPAddress(ipv4: UInt32(truncatingIfNeeded: address.low) & mask)
        }
        let high = length == 0 ? 0 : UInt64.max << UInt64(max(0, 64 - length))
        let low = length <= 64 ? 0 : UInt64.max << UInt64(128 - length)
        return IPAddress(high: address.high & high, low: address.low & low)
    }

    /// Whether bits are set after the first `length`.
    public var hasHostBits: Bool { network != address }

    /// Whether `other` lies inside; never across families.
    public func contains(_ other: IPAddress) -> Bool {
        guard other.isIPv4 == address.isIPv4, let same = IPPrefix(address: other, length: length) else { return false }
        return same.network == network
    }
}

extension IPPrefix: LosslessStringConvertible, CustomStringConvertible {
    /// Parses `address/length`; a bare address is a prefix of its full width. nil when malformed.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { return nil }
        guard parts.count == 2 else {
            self.init(address: address, length: address.bitWidth)
            return
        }
        guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (48...57).contains($0) }),
            let length = Int(parts[1])
        else { return nil }
        self.init(address: address, length: length)
    }

    public var description: String { "\(address)/\(length)" }
}
