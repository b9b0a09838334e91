import PluginAPI
import RADIUS

/// The public address and ports that a CGNAT session was given, as IP-Port-Range says (RFC 8045 section 3.1.2, an
/// extended attribute 241.5 of TLVs).
struct NATRange {
    var address: IPAddress?
    var ports: ClosedRange<UInt16>?

    private enum TLV {
        static let start: UInt8 = 9
        static let end: UInt8 = 10
        static let externalIPv4: UInt8 = 3
    }

    /// nil when the packet has none.
    init?(_ packet: PacketView) {
        guard let value = packet.first(UInt8(241)), value.first == 5 else { return nil }
        var start: UInt16?
        var end: UInt16?
        for part in AttributeSequence(UnsafeRawBufferPointer(rebasing: value.dropFirst())) {
            let number = part.value.suffix(2).reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
            switch part.number {
            case TLV.start: start = number
            case TLV.end: end = number
            case TLV.externalIPv4: address = IPAddress(bytes: part.value)
            default: break
            }
        }
        if let start, let end, start <= end { ports = start...end }
    }
}
