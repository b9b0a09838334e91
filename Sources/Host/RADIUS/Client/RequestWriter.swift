package import PluginAPI

/// Builds a request as a NAS, or a server asking a NAS, would send it. For tools, tests and CoA: it allocates.
package struct RequestWriter: Sendable {
    package let code: PacketCode
    package var identifier: UInt8
    /// Random, and part of how passwords are hidden, for an Access-Request or Status-Server; computed at signing for
    /// all others (RFC 2866 section 3).
    package let authenticator: Bytes16
    package private(set) var attributes: [UInt8] = []

    package init(_ code: PacketCode, identifier: UInt8 = 0, authenticator: Bytes16 = .random()) {
        self.code = code
        self.identifier = identifier
        self.authenticator = authenticator
    }

    /// Appends whole attributes, headers included.
    package mutating func append(attributes: [UInt8]) { self.attributes += attributes }

    /// Appends one standard attribute of 0…253 bytes.
    package mutating func append(_ number: UInt8, _ value: [UInt8]) {
        precondition(value.count <= 253, "an attribute's value has at most 253 bytes")
        attributes += [number, UInt8(value.count + 2)] + value
    }

    package mutating func append(_ number: UInt8, _ text: String) { append(number, Array(text.utf8)) }

    package mutating func append(_ number: UInt8, integer value: UInt32) {
        append(number, Swift.withUnsafeBytes(of: value.bigEndian) { Array($0) })
    }

    /// Appends one attribute of a vendor, 0…247 bytes.
    package mutating func append(vendor: UInt32, _ number: UInt8, _ value: [UInt8]) {
        let header = Swift.withUnsafeBytes(of: vendor.bigEndian) { Array($0) }
        append(AttributeNumber.vendorSpecific, header + [number, UInt8(value.count + 2)] + value)
    }

    /// The whole packet, signed. Throws `.tooLong` above 4096 bytes.
    package func packet(secret: SharedSecret, signsMessage: Bool = true) throws(DropReason) -> [UInt8] {
        let hasRandomAuthenticator = code == .accessRequest || code == .statusServer
        var bytes = [code.rawValue, identifier, 0, 0]
        bytes += hasRandomAuthenticator ? authenticator.bytes : Bytes16().bytes
        if signsMessage { bytes += [AttributeNumber.messageAuthenticator, 18] + Bytes16().bytes }
        bytes += attributes
        guard bytes.count <= PacketView.maximumLength else { throw .tooLong }
        bytes[2] = UInt8(bytes.count >> 8)
        bytes[3] = UInt8(truncatingIfNeeded: bytes.count)
        let start = hasRandomAuthenticator ? authenticator : Bytes16()
        if signsMessage {
            let at = PacketView.headerLength + 2
            let signature = bytes.withUnsafeBytes { secret.messageAuthenticator(of: $0, valueAt: at, with: start) }
            bytes.replaceSubrange(at..<(at + 16), with: signature.bytes)
        }
        if !hasRandomAuthenticator {
            let signature = bytes.withUnsafeBytes { secret.authenticator(of: $0, with: start) }
            bytes.replaceSubrange(4..<20, with: signature.bytes)
        }
        return bytes
    }
}
