/// Sixteen bytes: an authenticator, an MD5 or MD4 digest, an MPPE key.
package struct Bytes16: Sendable, Hashable {
    /// The bytes as they lie in memory, first half and second half.
    var first: UInt64
    var second: UInt64

    /// Sixteen zero bytes.
    package init() {
        first = 0
        second = 0
    }

    /// The first sixteen of `bytes`, of which there must be as many.
    package init(_ bytes: UnsafeRawBufferPointer) {
        first = bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)
        second = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
    }

    /// nil unless there are sixteen.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        self.init()
        withUnsafeMutableBytes { room in
            for (index, byte) in bytes.enumerated() { room[index] = byte }
        }
    }

    /// Random bytes, such as an Access-Request's authenticator should be.
    package static func random() -> Bytes16 {
        var bytes = Bytes16()
        bytes.withUnsafeMutableBytes { Random.fill($0) }
        return bytes
    }

    package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    package func withUnsafeBytes<R, E>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try Swift.withUnsafeBytes(of: self, body)
    }

    package mutating func withUnsafeMutableBytes<R, E>(
        _ body: (UnsafeMutableRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        try Swift.withUnsafeMutableBytes(of: &self, body)
    }

    /// Compares in constant time: the result does not tell by its delay where two digests part.
    package func matches(_ other: Bytes16) -> Bool {
        (first ^ other.first) | (second ^ other.second) == 0
    }

    /// The same bytes, each combined with that of `other`.
    package static func ^ (left: Bytes16, right: Bytes16) -> Bytes16 {
        var result = left
        result.first ^= right.first
        result.second ^= right.second
        return result
    }
}
