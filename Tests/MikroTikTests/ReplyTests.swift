import MikroTik
import PluginAPI
import Testing

struct ReplyTests {
    let dialect: MikroTik

    init() throws { dialect = try MikroTik(Context()) }

    private func reply(for plan: Plan) throws -> [String] {
        var reply = ReplyBuilder()
        try dialect.reply(for: plan, dialect: "mikrotik", into: &reply)
        return reply.attributes.map(\.description)
    }

    @Test func `a full plan becomes these attributes and no others`() throws {
        var plan = Plan(service: "Home 20", tier: "normal", tierPosition: 0)
        plan.up = profile("5M")
        plan.down = profile("20M")
        plan.pool = "pppoe"
        plan.ipv6Pool = "wan6"
        plan.delegatedIPv6Pool = "pd6"
        plan.filterID = "home"
        plan.group = "full"
        plan.addressList = "customers"
        plan.idleTimeout = 900
        #expect(
            try reply(for: plan) == [
                "Framed-IP-Address = {framed-ip-address}",
                "Framed-Pool = \"pppoe\" unless framed-ip-address",
                "Framed-IPv6-Prefix = {framed-ipv6-prefix}",
                "Framed-IPv6-Pool = \"wan6\" unless framed-ipv6-prefix",
                "Delegated-IPv6-Prefix = {delegated-ipv6-prefix}",
                "Mikrotik-Delegated-IPv6-Pool = \"pd6\" unless delegated-ipv6-prefix",
                "Mikrotik-Rate-Limit = \"5M/20M\"",
                "Mikrotik-Group = \"full\"",
                "Mikrotik-Address-List = \"customers\"",
                "Filter-Id = \"home\"",
                "Idle-Timeout = 900",
            ])
    }

    @Test func `what the server's core writes itself is not written twice`() throws {
        let names = try reply(for: Plan(service: "Home", tier: "FUP1", tierPosition: 1))
        for name in ["Session-Timeout", "Acct-Interim-Interval", "Class"] {
            #expect(!names.contains { $0.hasPrefix(name) })
        }
    }

    @Test func `CoA goes to 1700 and changes the rate but neither pool nor address list (RouterOS manual)`() throws {
        let capabilities = try #require(dialect.dialects.first).capabilities
        #expect(capabilities.coaPort == 1700)
        #expect(capabilities.coaAttributes.contains("Mikrotik-Rate-Limit"))
        for name in ["Framed-Pool", "Framed-IP-Address", "Mikrotik-Address-List", "Acct-Interim-Interval"] {
            #expect(!capabilities.coaAttributes.contains(name))
        }
    }

    @Test func `octets are counted as RFC 2866 says, with gigawords`() throws {
        let accounting = try #require(dialect.dialects.first).accounting
        #expect(!accounting.swapsOctets)
        #expect(accounting.sendsGigawords)
    }
}
