/// Values hidden in a packet under the shared secret: User-Password's way (RFC 2865 section 5.2), Tunnel-Password's
/// salted way (RFC 2868 section 3.5, RFC 2548 section 2.4.2), and Ascend's. The dictionary's encrypt=1, 2 and 3.
package enum HiddenValue {
    /// encrypt=1. Hides 0…128 bytes, padded with zeros to whole blocks of 16 (an empty value is one block).
    package static func hide(_ clear: [UInt8], secret: SharedSecret, authenticator: Bytes16) -> [UInt8] {
        var blocks = clear
        blocks += Array(repeating: 0, count: clear.isEmpty ? 16 : (16 - clear.count % 16) % 16)
        blocks.withUnsafeMutableBytes { encrypt($0, start: authenticator, salt: nil, secret: secret) }
        return blocks
    }

    /// encrypt=1. nil unless whole blocks, 16…128 bytes; zeros at the end are taken off.
    package static func reveal(
        _ hidden: UnsafeRawBufferPointer, secret: SharedSecret, authenticator: Bytes16
    ) -> [UInt8]? {
        withRevealed(hidden, secret: secret, authenticator: authenticator) { Array($0) }
    }

    /// The same without a copy on the heap: `body` sees the clear bytes, which are gone when it returns.
    package static func withRevealed<R>(
        _ hidden: UnsafeRawBufferPointer, secret: SharedSecret, authenticator: Bytes16,
        _ body: (UnsafeRawBufferPointer) -> R
    ) -> R? {
        guard (16...128).contains(hidden.count), hidden.count % 16 == 0 else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: hidden.count, alignment: 16) { clear in
            decrypt(hidden, into: clear, start: authenticator, salt: nil, secret: secret)
            var count = hidden.count
            while count > 0, clear[count - 1] == 0 { count -= 1 }
            let result = body(UnsafeRawBufferPointer(rebasing: clear[..<count]))
            wipe(clear)
            return result
        }
    }

    /// encrypt=2. The salt's two bytes, then a length byte and the value in whole blocks; 0…239 bytes of value.
    /// `salt` must differ between the attributes of a packet; its highest bit is set here.
    package static func hideSalted(
        _ clear: [UInt8], salt: UInt16, secret: SharedSecret, authenticator: Bytes16
    ) -> [UInt8] {
        precondition(clear.count <= 239, "a salted value has at most 239 bytes")
        let salt = salt | 0x8000
        let size = (clear.count + 1 + 15) / 16 * 16
        var result = [UInt8](repeating: 0, count: 2 + size)
        result[0] = UInt8(salt >> 8)
        result[1] = UInt8(truncatingIfNeeded: salt)
        result[2] = UInt8(clear.count)
        result.replaceSubrange(3..<(3 + clear.count), with: clear)
        result.withUnsafeMutableBytes {
            encrypt(UnsafeMutableRawBufferPointer(rebasing: $0[2...]), start: authenticator, salt: salt, secret: secret)
        }
        return result
    }

    /// encrypt=2. nil unless a salt and whole blocks whose length byte fits in them.
    package static func revealSalted(
        _ hidden: UnsafeRawBufferPointer, secret: SharedSecret, authenticator: Bytes16
    ) -> [UInt8]? {
        guard hidden.count >= 18, (hidden.count - 2) % 16 == 0 else { return nil }
        let salt = UInt16(hidden[0]) << 8 | UInt16(hidden[1])
        let blocks = UnsafeRawBufferPointer(rebasing: hidden[2...])
        var clear = [UInt8](repeating: 0, count: blocks.count)
        clear.withUnsafeMutableBytes { decrypt(blocks, into: $0, start: authenticator, salt: salt, secret: secret) }
        guard Int(clear[0]) < clear.count else { return nil }
        return Array(clear[1..<(1 + Int(clear[0]))])
    }

    /// encrypt=3, Ascend-Send-Secret: up to 16 bytes combined with MD5 of authenticator and secret. Its own inverse,
    /// except that zeros pad the value to 16 bytes.
    package static func ascend(_ value: [UInt8], secret: SharedSecret, authenticator: Bytes16) -> [UInt8] {
        var md5 = MD5()
        md5.update(authenticator)
        secret.append(to: &md5)
        let padded = value.prefix(16) + Array(repeating: 0, count: max(0, 16 - value.count))
        return (Bytes16(padded)! ^ md5.digest()).bytes
    }

    /// Encrypts whole blocks in place; the salt, if any, is digested after the authenticator in the first block.
    static func encrypt(
        _ blocks: UnsafeMutableRawBufferPointer, start: Bytes16, salt: UInt16?, secret: SharedSecret
    ) {
        var previous = start
        for offset in stride(from: 0, to: blocks.count, by: 16) {
            let key = key(secret, previous, salt: offset == 0 ? salt : nil)
            let block = blocks.loadUnaligned(fromByteOffset: offset, as: Bytes16.self)
            previous = block ^ key
            blocks.storeBytes(of: previous, toByteOffset: offset, as: Bytes16.self)
        }
    }

    private static func decrypt(
        _ hidden: UnsafeRawBufferPointer, into clear: UnsafeMutableRawBufferPointer, start: Bytes16, salt: UInt16?,
        secret: SharedSecret
    ) {
        var previous = start
        for offset in stride(from: 0, to: hidden.count, by: 16) {
            let key = key(secret, previous, salt: offset == 0 ? salt : nil)
            previous = hidden.loadUnaligned(fromByteOffset: offset, as: Bytes16.self)
            clear.storeBytes(of: previous ^ key, toByteOffset: offset, as: Bytes16.self)
        }
    }

    private static func key(_ secret: SharedSecret, _ previous: Bytes16, salt: UInt16?) -> Bytes16 {
        var md5 = secret.md5
        md5.update(previous)
        if let salt { Swift.withUnsafeBytes(of: salt.bigEndian) { md5.update($0) } }
        return md5.digest()
    }
}
