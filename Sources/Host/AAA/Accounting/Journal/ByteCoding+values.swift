import PluginAPI

extension Array<UInt8> {
    /// 4 or 16 bytes.
    mutating func append(address: IPAddress) {
        if !address.isIPv4 { appendBig(address.high, bytes: 8) }
        appendBig(address.low, bytes: address.isIPv4 ? 4 : 8)
    }

    mutating func append(key: SessionKey) {
        appendBig(key.high, bytes: 8)
        appendBig(key.low, bytes: 8)
    }

    /// Width of the address (0 for none), length, address.
    mutating func append(prefix: IPPrefix?) {
        guard let prefix else { return append(0) }
        append(prefix.address.isIPv4 ? 4 : 16)
        append(UInt8(prefix.length))
        append(address: prefix.address)
    }
}

extension ArraySlice<UInt8> {
    mutating func takeSigned() -> Int64? { takeBig(8).map { Int64(bitPattern: $0) } }

    mutating func takeKey() -> SessionKey? { take(16).flatMap { SessionKey(bytes: $0) } }

    /// What `append(prefix:)` wrote, which may be no prefix; nil when it makes no sense.
    mutating func takePrefix() -> IPPrefix?? {
        guard let width = takeBig(1) else { return nil }
        if width == 0 { return .some(nil) }
        guard let length = takeBig(1), let address = take(Int(width)).flatMap({ IPAddress(bytes: $0) }),
            let prefix = IPPrefix(address: address, length: Int(length))
        else { return nil }
        return prefix
    }

    /// A whole address of that family, as a prefix of its full length, or none; nil when it makes no sense.
    mutating func takeAddress(isIPv4: Bool) -> IPAddress?? {
        guard let prefix = takePrefix() else { return nil }
        guard let prefix else { return .some(nil) }
        guard prefix.address.isIPv4 == isIPv4, prefix.length == (isIPv4 ? 32 : 128) else { return nil }
        return prefix.address
    }
}
