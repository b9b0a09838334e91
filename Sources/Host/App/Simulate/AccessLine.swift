import PluginAPI

/// One customer's line at the simulated router: who is on it, and where it is plugged in.
struct AccessLine: Sendable, Hashable {
    let user: String
    let password: String
    let mac: MACAddress
    /// Counts from 0; ports, VLANs and session ids follow from it.
    let index: Int

    /// `mac` left out: a local one (02:…) made of the index.
    init(user: String, password: String, mac: MACAddress? = nil, index: Int) {
        self.user = user
        self.password = password
        self.mac = mac ?? MACAddress(bits: 0x0200_0000_0000 | UInt64(index) & 0xFF_FFFF_FFFF)
        self.index = index
    }

    /// The agent circuit id (TR-101): access node, slot, port, VLAN.
    var circuitID: String { "olt1 1/1/\(index / 4000 + 1):\(vlan)" }

    var remoteID: String { "onu-\(index + 1)" }

    /// The address that the router gives from a pool of its own where the server leaves it to the router.
    var pooledAddress: IPAddress { IPAddress(ipv4: 0x6440_0000 | UInt32(truncatingIfNeeded: index + 2) & 0x3F_FFFF) }

    var vlan: Int { index % 4000 + 100 }

    /// The MAC in groups of four digits: `0011.2233.4455` of Cisco, `0011-2233-4455` of Huawei.
    func quads(_ divider: String) -> String {
        let digits = mac.description.lowercased().split(separator: ":")
        return stride(from: 0, to: 6, by: 2).map { digits[$0] + digits[$0 + 1] }.joined(separator: divider)
    }

    /// RouterOS's DHCP client id: hardware type 1 and the MAC's octets without leading zeros.
    var clientID: String {
        let octets = mac.description.lowercased().split(separator: ":").map { $0.first == "0" ? $0.dropFirst() : $0 }
        return "1:" + octets.joined(separator: ":")
    }
}
