import CCrypto

/// A running MD5. A copy goes on from the same point, so a common beginning is digested once.
package struct MD5 {
    private var state = tk_md5()

    package init() { tk_md5_begin(&state) }

    /// Goes on from a state kept elsewhere.
    init(after kept: tk_md5) { state = kept }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        tk_md5_update(&state, bytes.baseAddress, bytes.count)
    }

    package mutating func update(_ bytes: Bytes16) {
        bytes.withUnsafeBytes { update($0) }
    }

    package mutating func update(_ byte: UInt8) {
        Swift.withUnsafeBytes(of: byte) { update($0) }
    }

    package consuming func digest() -> Bytes16 {
        var result = Bytes16()
        result.withUnsafeMutableBytes { tk_md5_end(&state, $0.baseAddress) }
        return result
    }

    static func digest(_ bytes: UnsafeRawBufferPointer) -> Bytes16 {
        var md5 = MD5()
        md5.update(bytes)
        return md5.digest()
    }

    package static func digest(_ bytes: Bytes16) -> Bytes16 { bytes.withUnsafeBytes { digest($0) } }
}

/// MD4 (RFC 1320), which the NT password hash is.
enum MD4 {
    static func digest(_ bytes: UnsafeRawBufferPointer) -> Bytes16 {
        var result = Bytes16()
        result.withUnsafeMutableBytes { tk_md4(bytes.baseAddress, bytes.count, $0.baseAddress) }
        return result
    }
}
