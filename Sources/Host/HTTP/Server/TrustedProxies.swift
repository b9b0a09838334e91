package import PluginAPI

/// The proxies whose word on a request's origin is taken.
package struct TrustedProxies: Sendable {
    private let prefixes: [IPPrefix]

    package init(_ prefixes: [IPPrefix]) { self.prefixes = prefixes }

    static let loopback = TrustedProxies(["127.0.0.0/8", "::1/128"].compactMap { IPPrefix($0) })

    func trusts(_ address: IPAddress) -> Bool { prefixes.contains { $0.contains(address) } }

    struct Origin: Equatable {
        var client: IPAddress
        var isSecure: Bool
    }

    /// The client is the last address of X-Forwarded-For that no trusted proxy has; what stands before it, anybody may
    /// have written. Headers of a peer that is not trusted are passed over.
    func origin(peer: IPAddress, isSecure: Bool, _ headers: [(name: String, value: String)]) -> Origin {
        guard trusts(peer) else { return Origin(client: peer, isSecure: isSecure) }
        var client = peer
        let hops = TrustedProxies.list("x-forwarded-for", headers)
        for hop in hops.reversed() {
            guard let address = IPAddress(hop) else { break }
            client = address
            if !trusts(address) { break }
        }
        let scheme = TrustedProxies.list("x-forwarded-proto", headers).last
        return Origin(client: client, isSecure: scheme.map { $0.lowercased() == "https" } ?? isSecure)
    }

    private static func list(_ name: String, _ headers: [(name: String, value: String)]) -> [String] {
        headers.filter { $0.name == name }.flatMap { $0.value.split(separator: ",") }.map { part in
            let blank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
            let bytes = part.utf8.drop(while: blank)
            return String(decoding: bytes.reversed().drop(while: blank).reversed(), as: UTF8.self)
        }
    }
}
