import CSystem
package import PluginAPI

/// One end of a datagram: address and port.
package struct SourceAddress: Sendable, Hashable {
    package var address: IPAddress
    package var port: UInt16
    /// The interface of a link-local IPv6 address, else 0.
    package var scope: UInt32

    package init(_ address: IPAddress, port: UInt16, scope: UInt32 = 0) {
        self.address = address
        self.port = port
        self.scope = scope
    }

    init(_ end: tk_endpoint) {
        let isIPv4 = end.is_ipv4 != 0
        self.init(
            isIPv4
                ? IPAddress(ipv4: UInt32(truncatingIfNeeded: end.low)) : IPAddress(high: end.high, low: end.low),
            port: end.port, scope: end.scope)
    }

    var endpoint: tk_endpoint {
        tk_endpoint(
            high: address.high, low: address.low, scope: scope, port: port, is_ipv4: address.isIPv4 ? 1 : 0)
    }
}

extension SourceAddress: CustomStringConvertible {
    /// `192.0.2.1:1812`, `[2001:db8::1]:1812`.
    package var description: String { address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}
