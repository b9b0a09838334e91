extension Array<UInt8> {
    /// The low `bytes` bytes of a number, in network order.
    mutating func appendBig(_ value: UInt64, bytes: Int) {
        Swift.withUnsafeBytes(of: value.bigEndian) {
            append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[(8 - bytes)...]))
        }
    }
}

extension ArraySlice<UInt8> {
    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count <= self.count else { return nil }
        defer { self = dropFirst(count) }
        return prefix(count)
    }

    mutating func takeBig(_ count: Int) -> UInt64? { take(count)?.reduce(0) { $0 << 8 | UInt64($1) } }
}
