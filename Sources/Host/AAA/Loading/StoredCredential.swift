package import RADIUS

/// A password as it is sealed: cleartext as typed; digests as raw bytes (SSHA with its salt behind); crypt as text.
package enum StoredCredential {
    /// nil when the bytes are not of that kind. Valid as long as the bytes are.
    package static func view(kind: String, _ bytes: UnsafeRawBufferPointer) -> CredentialView? {
        switch kind {
        case "cleartext": .cleartext(bytes, ntHash: nil)
        case "nt": bytes.count == 16 ? .ntHash(Bytes16(bytes)) : nil
        case "md5": bytes.count == 16 ? .md5(Bytes16(bytes)) : nil
        case "crypt": .crypt(bytes)
        case "sha": bytes.count == 20 ? .sha(bytes) : nil
        case "ssha":
            bytes.count > 20
                ? .ssha(
                    UnsafeRawBufferPointer(rebasing: bytes[..<20]),
                    salt: UnsafeRawBufferPointer(rebasing: bytes[20...])) : nil
        default: nil
        }
    }
}
