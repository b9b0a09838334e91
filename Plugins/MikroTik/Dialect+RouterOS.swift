import PluginAPI

extension Dialect {
    /// What RouterOS puts where.
    static let routerOS = Dialect(
        id: "mikrotik",
        title: "MikroTik RouterOS",
        requests: [
            // PPPoE, DHCP and hotspot: the client's MAC. L2TP and PPTP: his IP address, which is no MAC and is skipped.
            RequestRule(.mac, from: "Calling-Station-Id"),
            // DHCP with option 82 or a PPPoE intermediate agent in front says more than the interface's name does.
            RequestRule(.line, from: "ADSL-Agent-Circuit-Id"),
            RequestRule(.line, from: "ADSL-Agent-Remote-Id"),
            RequestRule(.line, from: "NAS-Port-Id"),
            RequestRule(.port, from: "NAS-Port-Id"),
        ],
        // The manual contradicts itself on the direction; the RFC's is what routers were seen to send for PPP.
        // A NAS where it is otherwise has its own override.
        accounting: AccountingReading(swapsOctets: false, sendsGigawords: true),
        capabilities: capabilities)

    /// RouterOS finds a session by these, all that are given having to fit. The address tells apart two sessions of a
    /// router that has been started anew and counts its ids again.
    private static let identities = [
        ["User-Name", "Acct-Session-Id", "Framed-IP-Address"], ["User-Name", "Acct-Session-Id"], ["Acct-Session-Id"],
    ]

    private static var capabilities: DialectCapabilities {
        var capabilities = DialectCapabilities(
            addresses: [.ipv4, .pool, .ipv6Prefix, .delegatedPrefix, .ipv6Pool], coaAttributes: changeable,
            coaPort: 1700)
        capabilities.coaIdentities = identities
        capabilities.disconnectIdentities = identities
        return capabilities
    }

    /// What the manual lists under "Change of Authorization". Addresses, pools, routes, the address list and the
    /// interim interval are not among them.
    private static let changeable = [
        "Mikrotik-Group",
        "Mikrotik-Recv-Limit", "Mikrotik-Recv-Limit-Gigawords",
        "Mikrotik-Xmit-Limit", "Mikrotik-Xmit-Limit-Gigawords",
        "Mikrotik-Rate-Limit", "Ascend-Data-Rate", "Ascend-Xmit-Rate",
        "Mikrotik-Mark-Id", "Filter-Id",
        "Mikrotik-Advertise-URL", "Mikrotik-Advertise-Interval",
        "Session-Timeout", "Idle-Timeout", "Port-Limit",
    ]
}
