import CCrypto

/// The secret shared with a NAS, digested once: what is kept is MD5 after the secret, and HMAC-MD5 after its pads,
/// so that a packet costs no hashing of the secret. Wiped when it goes.
package final class SharedSecret: Sendable {
    private let secret: [UInt8]
    nonisolated(unsafe) private let kept: UnsafeMutablePointer<tk_secret>

    /// The secret's bytes as both sides hold them; empty is allowed here and refused where a NAS is registered.
    package init(_ secret: [UInt8]) {
        self.secret = secret
        kept = .allocate(capacity: 1)
        kept.initialize(to: tk_secret())
        secret.withUnsafeBytes { tk_secret_begin(kept, $0.baseAddress, $0.count) }
    }

    package convenience init(_ text: String) { self.init(Array(text.utf8)) }

    deinit {
        tk_wipe(kept, MemoryLayout<tk_secret>.size)
        kept.deallocate()
    }

    /// MD5 already past the secret.
    var md5: MD5 { MD5(after: kept.pointee.prefix) }

    /// The secret itself, for whoever seals it.
    package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        secret.withUnsafeBytes { body($0) }
    }

    /// Adds the secret to a digest that ends with it.
    func append(to md5: inout MD5) {
        secret.withUnsafeBytes { md5.update($0) }
    }

    /// HMAC-MD5 (RFC 2104) over what `body` feeds.
    func hmac(_ body: (inout MD5) -> Void) -> Bytes16 {
        var inner = MD5(after: kept.pointee.inner)
        body(&inner)
        var outer = MD5(after: kept.pointee.outer)
        outer.update(inner.digest())
        return outer.digest()
    }
}

extension SharedSecret {
    /// The authenticator of a reply: MD5 of code, identifier, length, the request's authenticator, attributes and
    /// secret (RFC 2865 section 3). The same with zeros signs Accounting-, CoA- and Disconnect-Requests
    /// (RFC 2866 section 3, RFC 5176 section 2.3). `packet` is at least 20 bytes; its own authenticator is not read.
    package func authenticator(of packet: UnsafeRawBufferPointer, with authenticator: Bytes16) -> Bytes16 {
        var md5 = MD5()
        SharedSecret.digest(packet, with: authenticator, into: &md5)
        append(to: &md5)
        return md5.digest()
    }

    /// The Message-Authenticator of a packet, as if the sixteen bytes at `offset` were zero (RFC 3579 section 3.2).
    package func messageAuthenticator(
        of packet: UnsafeRawBufferPointer, valueAt offset: Int, with authenticator: Bytes16
    ) -> Bytes16 {
        hmac { md5 in
            SharedSecret.digest(UnsafeRawBufferPointer(rebasing: packet[..<offset]), with: authenticator, into: &md5)
            md5.update(Bytes16())
            md5.update(UnsafeRawBufferPointer(rebasing: packet[(offset + 16)...]))
        }
    }

    /// A packet as if it had that authenticator; in one piece where it has, since pieces cost more than bytes.
    private static func digest(_ packet: UnsafeRawBufferPointer, with authenticator: Bytes16, into md5: inout MD5) {
        let own = Bytes16(UnsafeRawBufferPointer(rebasing: packet[4..<20]))
        guard own != authenticator else { return md5.update(packet) }
        md5.update(UnsafeRawBufferPointer(rebasing: packet[..<4]))
        md5.update(authenticator)
        md5.update(UnsafeRawBufferPointer(rebasing: packet[20...]))
    }
}
