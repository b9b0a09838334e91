import PluginAPI

/// Which addresses are out on the internet. Others are ours or our neighbours': whoever may set a webhook must not reach
/// them through us (IANA's special-purpose registries, RFC 6890).
enum OutsideAddress {
    private static let inside4 = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    ].compactMap { IPPrefix($0) }
    /// Of IPv6 only this is given out; of it, these carry other addresses inside or are for examples.
    private static let outside6 = IPPrefix("2000::/3")
    private static let inside6 = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"].compactMap { IPPrefix($0) }

    static func read(_ text: String) -> IPAddress? { IPAddress(text) }

    static func isOutside(_ address: IPAddress) -> Bool {
        if address.isIPv4 { return !inside4.contains { $0.contains(address) } }
        return outside6?.contains(address) == true && !inside6.contains { $0.contains(address) }
    }
}
