package import PluginAPI

/// A packet read in place: a checked view over a datagram's bytes, valid as long as they are. Nothing is copied, and
/// nothing beyond the packet's length is ever read; bytes after it are padding (RFC 2865 section 3).
public struct PacketView {
    /// The packet alone, without padding: 20…4096 bytes.
    public let bytes: UnsafeRawBufferPointer
    /// Where the sixteen bytes of Message-Authenticator stand, if there is one.
    package let messageAuthenticatorOffset: Int?
    package let hasEAPMessage: Bool
    package let hasProxyState: Bool
    package let hasVendorSpecific: Bool

    package static let headerLength = 20
    package static let maximumLength = 4096

    /// Checks the length and the length of every attribute, in one pass.
    package init(_ datagram: UnsafeRawBufferPointer) throws(DropReason) {
        guard datagram.count >= PacketView.headerLength else { throw .tooShort }
        let length = Int(datagram[2]) << 8 | Int(datagram[3])
        guard length <= PacketView.maximumLength else { throw .tooLong }
        guard length >= PacketView.headerLength, length <= datagram.count else { throw .wrongLength }
        bytes = UnsafeRawBufferPointer(rebasing: datagram[..<length])

        var authenticatorAt: Int?
        var eap = false
        var proxied = false
        var vendors = false
        var offset = PacketView.headerLength
        while offset < length {
            guard offset + 2 <= length else { throw .wrongAttributeLength }
            let size = Int(bytes[offset + 1])
            guard size >= 2, offset + size <= length else { throw .wrongAttributeLength }
            switch bytes[offset] {
            case AttributeNumber.messageAuthenticator:
                guard size == 18, authenticatorAt == nil else { throw .malformedMessageAuthenticator }
                authenticatorAt = offset + 2
            case AttributeNumber.eapMessage: eap = true
            case AttributeNumber.proxyState: proxied = true
            case AttributeNumber.vendorSpecific: vendors = true
            default: break
            }
            offset += size
        }
        messageAuthenticatorOffset = authenticatorAt
        hasEAPMessage = eap
        hasProxyState = proxied
        hasVendorSpecific = vendors
    }

    package var code: PacketCode { PacketCode(rawValue: bytes[0]) }
    package var identifier: UInt8 { bytes[1] }
    package var authenticator: Bytes16 { Bytes16(UnsafeRawBufferPointer(rebasing: bytes[4..<20])) }

    package var messageAuthenticator: Bytes16? {
        messageAuthenticatorOffset.map { Bytes16(UnsafeRawBufferPointer(rebasing: bytes[$0..<($0 + 16)])) }
    }

    /// The attributes' bytes, after the header.
    @inlinable
    public var attributeBytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[20...])
    }

    /// The attributes in order, as they stand in the packet; Vendor-Specific ones whole.
    @inlinable
    public var attributes: AttributeSequence { AttributeSequence(attributeBytes) }

    /// The attributes in order, those inside Vendor-Specific taken out (RFC 2865 section 5.26).
    package var flatAttributes: FlatAttributeSequence { FlatAttributeSequence(attributeBytes) }

    /// The value of the first standard attribute of a number.
    @inlinable
    public func first(_ number: UInt8) -> UnsafeRawBufferPointer? {
        for attribute in attributes where attribute.number == number { return attribute.value }
        return nil
    }

    /// The value of the first attribute of a key, vendors' included.
    package func first(_ key: AttributeKey) -> UnsafeRawBufferPointer? {
        if key.vendor == 0 { return UInt8(exactly: key.number).flatMap { first($0) } }
        for attribute in attributes where attribute.number == AttributeNumber.vendorSpecific {
            guard VendorAttributeSequence.vendor(of: attribute.value) == key.vendor else { continue }
            for part in VendorAttributeSequence(attribute.value) where part.key == key { return part.value }
        }
        return nil
    }

    /// A 32-bit value; nil when absent or not four bytes long.
    package func integer(_ number: UInt8) -> UInt32? {
        first(number).flatMap { $0.bigEndianUInt32 }
    }

    /// A text value, bytes that are not UTF-8 replaced; for showing, not for deciding.
    package func text(_ number: UInt8) -> String? {
        first(number).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension UnsafeRawBufferPointer {
    /// Four bytes in network order; nil when there are not four.
    package var bigEndianUInt32: UInt32? {
        count == 4 ? UInt32(bigEndian: loadUnaligned(as: UInt32.self)) : nil
    }

    /// Compares in constant time for the shorter length; different lengths differ at once.
    package func matches(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        var difference: UInt8 = 0
        for index in 0..<count { difference |= self[index] ^ other[index] }
        return difference == 0
    }
}
