import PluginAPI
package import RADIUS

/// The kept replies of a duplicate cache as part of a handover, so that a request that the predecessor answered gets the
/// same answer from the successor. All that are still good pass: they are a few seconds' worth.
package enum KeptReplies {
    /// Key, authenticator and length of the reply, which follows.
    private static let headLength = 48

    /// - now: milliseconds of the monotonic clock.
    package static func part(
        _ name: String, _ cache: DuplicateCache, now: @escaping @Sendable () -> UInt64
    ) -> HandoverPart {
        HandoverPart(name) { _, bytes in
            cache.forEachKept(now: now()) { append(&bytes, $0, $1, $2) }
        } read: { bytes in
            let time = now()
            bytes.withUnsafeBytes { bytes in
                var rest = bytes[...]
                while let (key, authenticator, reply) = take(&rest) {
                    cache.restore(key, authenticator: authenticator, reply: reply, now: time)
                }
            }
            bytes = bytes.suffix(0)
        }
    }

    private static func append(
        _ bytes: inout [UInt8], _ key: DuplicateCache.Key, _ authenticator: Bytes16, _ reply: UnsafeRawBufferPointer
    ) {
        let source = key.source
        put(&bytes, source.address.high)
        put(&bytes, source.address.low)
        put(&bytes, source.scope)
        put(&bytes, source.port)
        put(&bytes, key.localPort)
        bytes.append(source.address.isIPv4 ? 1 : 0)
        bytes.append(key.code.rawValue)
        bytes.append(key.identifier)
        bytes.append(0)
        authenticator.withUnsafeBytes { bytes.append(contentsOf: $0) }
        put(&bytes, UInt32(reply.count))
        bytes.append(contentsOf: reply)
    }

    private static func take(
        _ rest: inout Slice<UnsafeRawBufferPointer>
    ) -> (DuplicateCache.Key, Bytes16, UnsafeRawBufferPointer)? {
        let bytes = UnsafeRawBufferPointer(rebasing: rest)
        guard bytes.count >= headLength else { return nil }
        let length = Int(get(bytes, 44, UInt32.self))
        guard length <= bytes.count - headLength, length <= 4096 else { return nil }
        let low = get(bytes, 8, UInt64.self)
        let address =
            bytes[24] == 1
            ? IPAddress(ipv4: UInt32(truncatingIfNeeded: low))
            : IPAddress(high: get(bytes, 0, UInt64.self), low: low)
        let key = DuplicateCache.Key(
            source: SourceAddress(address, port: get(bytes, 20, UInt16.self), scope: get(bytes, 16, UInt32.self)),
            localPort: get(bytes, 22, UInt16.self), code: PacketCode(rawValue: bytes[25]), identifier: bytes[26])
        let authenticator = Bytes16(UnsafeRawBufferPointer(rebasing: bytes[28..<44]))
        rest = rest.dropFirst(headLength + length)
        return (key, authenticator, UnsafeRawBufferPointer(rebasing: bytes[headLength..<(headLength + length)]))
    }

    private static func put(_ bytes: inout [UInt8], _ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func get<Number: FixedWidthInteger & BitwiseCopyable>(
        _ bytes: UnsafeRawBufferPointer, _ offset: Int, _: Number.Type
    ) -> Number {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
