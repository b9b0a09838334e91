package import PluginAPI

/// Writes the reply to one request into a buffer of the caller's, and signs it. Message-Authenticator stands first
/// in every reply to an Access-Request (CVE-2024-3596), then the request's Proxy-States in order (RFC 2865 section
/// 5.33), then what is appended.
package struct ReplyWriter: ~Copyable {
    private let room: UnsafeMutableRawBufferPointer
    private let signsMessage: Bool
    /// The authenticator of the request, which salted values are hidden with too.
    package let requestAuthenticator: Bytes16
    /// Bytes written so far, header included.
    package private(set) var length: Int

    private static let messageAuthenticatorAt = PacketView.headerLength + 2

    /// - Parameters:
    ///   - buffer: 4096 bytes, or fewer to say how long a reply may get; at least 38.
    ///   - signsMessage: whether a Message-Authenticator goes in; left out, it does in Access-Accept, -Reject,
    ///     -Challenge, and in any reply to a request that had one.
    /// Throws `.replyTooLong` when not even the Proxy-States fit.
    package init(
        _ code: PacketCode, to request: PacketView, into buffer: UnsafeMutableRawBufferPointer,
        signsMessage: Bool? = nil
    ) throws(DropReason) {
        precondition(buffer.count >= 38, "a reply needs 38 bytes at least")
        room = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(PacketView.maximumLength))
        requestAuthenticator = request.authenticator
        self.signsMessage = signsMessage ?? (code.isAccessReply || request.messageAuthenticatorOffset != nil)
        room[0] = code.rawValue
        room[1] = request.identifier
        length = PacketView.headerLength
        if self.signsMessage {
            room[length] = AttributeNumber.messageAuthenticator
            room[length + 1] = 18
            length += 18
        }
        guard request.hasProxyState else { return }
        for attribute in request.attributes where attribute.number == AttributeNumber.proxyState {
            try append(attribute.number, attribute.value)
        }
    }

    /// Appends whole attributes, headers included, as a dictionary or a compiled reply has them.
    package mutating func append(attributes: UnsafeRawBufferPointer) throws(DropReason) {
        guard attributes.count <= room.count - length else { throw .replyTooLong }
        UnsafeMutableRawBufferPointer(rebasing: room[length...]).copyMemory(from: attributes)
        length += attributes.count
    }

    package mutating func append(attributes: [UInt8]) throws(DropReason) {
        try attributes.span.withUnsafeBytes { (bytes) throws(DropReason) in try append(attributes: bytes) }
    }

    /// Appends one standard attribute of 0…253 bytes.
    package mutating func append(_ number: UInt8, _ value: UnsafeRawBufferPointer) throws(DropReason) {
        precondition(value.count <= 253, "an attribute's value has at most 253 bytes")
        guard value.count + 2 <= room.count - length else { throw .replyTooLong }
        room[length] = number
        room[length + 1] = UInt8(value.count + 2)
        UnsafeMutableRawBufferPointer(rebasing: room[(length + 2)...]).copyMemory(from: value)
        length += value.count + 2
    }

    package mutating func append(_ number: UInt8, _ value: [UInt8]) throws(DropReason) {
        try value.span.withUnsafeBytes { (bytes) throws(DropReason) in try append(number, bytes) }
    }

    package mutating func append(_ number: UInt8, integer value: UInt32) throws(DropReason) {
        try Swift.withUnsafeBytes(of: value.bigEndian) { (bytes) throws(DropReason) in try append(number, bytes) }
    }

    /// Appends a text, split over several attributes when longer than 253 bytes, never inside a character
    /// (Reply-Message may be given more than once, RFC 2865 section 5.18).
    package mutating func append(_ number: UInt8, text: String) throws(DropReason) {
        var rest = text.utf8[...]
        repeat {
            var end = rest.index(rest.startIndex, offsetBy: 253, limitedBy: rest.endIndex) ?? rest.endIndex
            while end != rest.endIndex, rest[end] & 0xC0 == 0x80 { end = rest.index(before: end) }
            try append(number, Array(rest[..<end]))
            rest = rest[end...]
        } while !rest.isEmpty
    }

    /// Appends one attribute of a vendor with one byte number and length, 0…247 bytes.
    package mutating func append(
        vendor: UInt32, _ number: UInt8, _ value: UnsafeRawBufferPointer
    ) throws(DropReason) {
        precondition(value.count <= 247, "a vendor's value has at most 247 bytes")
        guard value.count + 8 <= room.count - length else { throw .replyTooLong }
        room[length] = AttributeNumber.vendorSpecific
        room[length + 1] = UInt8(value.count + 8)
        room.storeBytes(of: vendor.bigEndian, toByteOffset: length + 2, as: UInt32.self)
        room[length + 6] = number
        room[length + 7] = UInt8(value.count + 2)
        UnsafeMutableRawBufferPointer(rebasing: room[(length + 8)...]).copyMemory(from: value)
        length += value.count + 8
    }

    package mutating func append(vendor: UInt32, _ number: UInt8, integer value: UInt32) throws(DropReason) {
        try Swift.withUnsafeBytes(of: value.bigEndian) { (bytes) throws(DropReason) in
            try append(vendor: vendor, number, bytes)
        }
    }

    /// Fills in length and authenticators; the reply's length. Nothing can be appended after.
    package consuming func sign(with secret: SharedSecret) -> Int {
        room[2] = UInt8(truncatingIfNeeded: length >> 8)
        room[3] = UInt8(truncatingIfNeeded: length)
        let packet = UnsafeRawBufferPointer(rebasing: room[..<length])
        room.storeBytes(of: requestAuthenticator, toByteOffset: 4, as: Bytes16.self)
        if signsMessage {
            let at = ReplyWriter.messageAuthenticatorAt
            room.storeBytes(of: Bytes16(), toByteOffset: at, as: Bytes16.self)
            let code = secret.hmac { $0.update(packet) }
            room.storeBytes(of: code, toByteOffset: at, as: Bytes16.self)
        }
        let authenticator = secret.authenticator(of: packet, with: requestAuthenticator)
        room.storeBytes(of: authenticator, toByteOffset: 4, as: Bytes16.self)
        return length
    }
}

extension PacketCode {
    /// Access-Accept, -Reject or -Challenge.
    package var isAccessReply: Bool { self == .accessAccept || self == .accessReject || self == .accessChallenge }
}
