import Glibc
package import PluginAPI

/// The addresses behind a host's name, as the system's resolver gives them. Blocks the calling thread.
package enum HostLookup {
    /// Each address once; throws in words when there is none.
    package static func addresses(_ host: String) throws(Post.Failure) -> [IPAddress] {
        if let literal = IPAddress(host) { return [literal] }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &found)
        guard code == 0 else { throw Post.Failure(description: "no address: \(String(cString: gai_strerror(code)))") }
        defer { freeaddrinfo(found) }
        var addresses: [IPAddress] = []
        var next = found
        while let entry = next {
            if let address = address(entry.pointee), !addresses.contains(address) { addresses.append(address) }
            next = entry.pointee.ai_next
        }
        if addresses.isEmpty { throw Post.Failure(description: "no address") }
        return addresses
    }

    private static func address(_ entry: addrinfo) -> IPAddress? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let code = getnameinfo(
            entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
        guard code == 0 else { return nil }
        let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        // A link-local one names its interface behind a percent sign.
        return IPAddress(String(decoding: bytes.prefix { $0 != UInt8(ascii: "%") }, as: UTF8.self))
    }
}
