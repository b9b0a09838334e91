import PluginAPI
package import RADIUS

/// Session keys that are derived from facts: 16 bytes of MD5 over length-prefixed parts. Nothing secret hangs on
/// them; what counts is that the same facts give the same key.
package enum SessionKeyDigest {
    package static func key(of parts: [String]) -> SessionKey {
        var bytes: [UInt8] = []
        for part in parts {
            bytes += [UInt8(truncatingIfNeeded: part.utf8.count >> 8), UInt8(truncatingIfNeeded: part.utf8.count)]
            bytes += part.utf8
        }
        return SessionKey(digesting: bytes)
    }

    /// The key of a login whose signature, if it has one, was found right: the same request decided twice gives the same
    /// session (D11). A Message-Authenticator is a digest of the whole request already.
    package static func key(nas: Int64, source: SourceAddress, _ request: PacketView) -> SessionKey {
        let port = UInt64(source.port) << 16 | UInt64(request.identifier) << 8 | (source.address.isIPv4 ? 1 : 0)
        let address = ByteHash.of(source.address.high ^ ByteHash.of(source.address.low ^ ByteHash.of(port)))
        let place = ByteHash.of(UInt64(bitPattern: nas) ^ address)
        let digest = SessionKey(request.messageAuthenticator ?? MD5.digest(request.authenticator))
        return SessionKey(high: digest.high ^ place, low: digest.low ^ ByteHash.of(place))
    }
}

extension SessionKey {
    fileprivate init(digesting bytes: [UInt8]) {
        var md5 = MD5()
        bytes.withUnsafeBytes { md5.update($0) }
        self.init(md5.digest())
    }

    fileprivate init(_ digest: Bytes16) {
        self = digest.withUnsafeBytes { bytes in
            SessionKey(
                high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }
}
