import PluginAPI

/// Walks the attributes inside one Vendor-Specific value: a vendor number of four bytes, then attributes, usually of
/// one byte number and one byte length (RFC 2865 section 5.26). Stops at the first that does not fit.
package struct VendorAttributeSequence: Sequence, IteratorProtocol {
    /// How a vendor writes number and length: bytes of each, and bytes of a continuation flag after them.
    struct Layout {
        var numberBytes = 1
        var lengthBytes = 1
        var flagBytes = 0

        var header: Int { numberBytes + lengthBytes + flagBytes }

        /// The vendors that are known to differ from the RFC's recommendation.
        static func of(_ vendor: UInt32) -> Layout {
            switch vendor {
            case 429: Layout(numberBytes: 4, lengthBytes: 0)  // USR: the rest of the value is one attribute
            case 637, 4846, 16445: Layout(numberBytes: 2)  // Alcatel-ESAM, Lucent, Kineto
            case 8164: Layout(numberBytes: 2, lengthBytes: 2)  // Starent
            case 24757, 5323: Layout(flagBytes: 1)  // WiMAX, Telrad
            default: Layout()
            }
        }
    }

    private let vendor: UInt32
    private let layout: Layout
    private var rest: UnsafeRawBufferPointer

    package init(_ value: UnsafeRawBufferPointer) {
        vendor = VendorAttributeSequence.vendor(of: value) ?? 0
        layout = Layout.of(vendor)
        rest = UnsafeRawBufferPointer(rebasing: value.dropFirst(4))
    }

    /// The vendor's number, in the last three of four bytes; nil when the value is too short to have one.
    package static func vendor(of value: UnsafeRawBufferPointer) -> UInt32? {
        guard value.count >= 4 else { return nil }
        return UInt32(bigEndian: value.loadUnaligned(as: UInt32.self))
    }

    package mutating func next() -> KeyedAttributeView? {
        guard rest.count >= layout.header else { return nil }
        let size = layout.lengthBytes == 0 ? rest.count : number(at: layout.numberBytes, width: layout.lengthBytes)
        guard size >= layout.header, size <= rest.count else { return nil }
        let attribute = KeyedAttributeView(
            key: AttributeKey(UInt32(number(at: 0, width: layout.numberBytes)), vendor: vendor),
            value: UnsafeRawBufferPointer(rebasing: rest[layout.header..<size]))
        rest = UnsafeRawBufferPointer(rebasing: rest[size...])
        return attribute
    }

    /// Whether the value is a vendor and one or more attributes with nothing left over.
    package static func isWellFormed(_ value: UnsafeRawBufferPointer) -> Bool {
        guard let vendor = vendor(of: value), vendor != 0 else { return false }
        var parts = VendorAttributeSequence(value)
        guard parts.next() != nil else { return false }
        while parts.next() != nil {}
        return parts.rest.isEmpty
    }

    private func number(at offset: Int, width: Int) -> Int {
        var value = 0
        for index in offset..<(offset + width) { value = value << 8 | Int(rest[index]) }
        return value
    }
}
