package import RADIUS

/// A password as it is sealed: cleartext as typed; digests as raw bytes (SSHA with its salt behind); crypt as text.
package enum StoredCredential {
    /// nil when the bytes are not of that kind.
    package static func read(kind: String, _ bytes: [UInt8]) -> Credential? {
        switch kind {
        case "cleartext": .cleartext(bytes)
        case "nt": Bytes16(bytes).map { .ntHash($0) }
        case "md5": Bytes16(bytes).map { .md5($0) }
        case "crypt": .crypt(String(decoding: bytes, as: UTF8.self))
        case "sha": bytes.count == 20 ? .sha(bytes) : nil
        case "ssha": bytes.count > 20 ? .ssha(Array(bytes[..<20]), salt: Array(bytes[20...])) : nil
        default: nil
        }
    }
}
