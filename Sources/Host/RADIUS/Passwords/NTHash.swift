/// The NT password hash: MD4 of the password in UTF-16LE (RFC 2759 section 8.3).
package enum NTHash {
    /// Of a password in UTF-8, at most 256 UTF-16 units; nil when it is neither.
    package static func of(_ password: UnsafeRawBufferPointer) -> Bytes16? {
        // Every UTF-8 byte makes at most one UTF-16 unit.
        guard password.count <= 1024 else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: max(2, password.count * 2), alignment: 2) { room in
            var count = 0
            var isValid = true
            var decoder = UTF8()
            var bytes = password.makeIterator()
            decoding: while true {
                switch decoder.decode(&bytes) {
                case .scalarValue(let scalar):
                    for unit in UTF16.encode(scalar)! {
                        room[count] = UInt8(truncatingIfNeeded: unit)
                        room[count + 1] = UInt8(unit >> 8)
                        count += 2
                    }
                case .emptyInput: break decoding
                case .error:
                    isValid = false
                    break decoding
                }
            }
            defer { wipe(room) }
            guard isValid, count <= 512 else { return nil }
            return MD4.digest(UnsafeRawBufferPointer(rebasing: room[..<count]))
        }
    }

    package static func of(_ password: [UInt8]) -> Bytes16? { password.withUnsafeBytes { of($0) } }
}
