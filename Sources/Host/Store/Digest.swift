import CCrypto
import Glibc

/// SHA-256 and random bytes from libcrypto.
package enum Digest {
    /// 32 bytes.
    package static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        precondition(tk_sha256(bytes, bytes.count, &digest) == 1, "libcrypto has no SHA-256")
        return digest
    }

    /// Bytes fit for keys and nonces. Stops the program when the system has no randomness: nothing safe remains.
    package static func random(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        precondition(tk_random(&bytes, count) == 0, "the system gives no random bytes")
        return bytes
    }
}
