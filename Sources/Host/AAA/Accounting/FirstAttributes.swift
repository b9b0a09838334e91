import PluginAPI
import RADIUS

/// Where the first standard attribute of each number stands in a packet, found in one pass: a record asks for some
/// thirty. Valid as long as the packet's bytes.
struct FirstAttributes {
    private let bytes: UnsafeRawBufferPointer
    /// Of the value; 0 for none, for a packet begins with its header.
    private var offsets = InlineArray<256, UInt16>(repeating: 0)

    init(_ packet: PacketView) {
        bytes = packet.bytes
        var offset = PacketView.headerLength
        while offset < bytes.count {
            let number = Int(bytes[offset])
            if offsets[number] == 0 { offsets[number] = UInt16(offset + 2) }
            offset += Int(bytes[offset + 1])
        }
    }

    subscript(number: UInt8) -> UnsafeRawBufferPointer? {
        let offset = Int(offsets[Int(number)])
        guard offset > 0 else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + Int(bytes[offset - 1]) - 2)])
    }

    /// A 32-bit value; nil when absent or not four bytes long.
    func integer(_ number: UInt8) -> UInt32? { self[number].flatMap { $0.bigEndianUInt32 } }

    /// An attribute's text, fit to be stored.
    func storable(_ number: UInt8) -> String? { self[number].map { storableText($0) } }

    /// 4 or 16 bytes; nil when absent or of another length.
    func address(_ number: UInt8) -> IPAddress? {
        guard let value = self[number] else { return nil }
        return value.bigEndianUInt32.map { IPAddress(ipv4: $0) } ?? IPAddress(bytes: value)
    }
}
