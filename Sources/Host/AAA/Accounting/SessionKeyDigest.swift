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

    /// The key of a login: the same request decided twice gives the same session (D11).
    package static func key(nas: Int64, source: String, identifier: UInt8, authenticator: Bytes16) -> SessionKey {
        var bytes = Array("\(nas)|\(source)|\(identifier)|".utf8)
        bytes += authenticator.bytes
        return SessionKey(digesting: bytes)
    }
}

extension SessionKey {
    fileprivate init(digesting bytes: [UInt8]) {
        var md5 = MD5()
        bytes.withUnsafeBytes { md5.update($0) }
        guard let key = SessionKey(bytes: md5.digest().bytes) else { preconditionFailure("a digest has 16 bytes") }
        self = key
    }
}
