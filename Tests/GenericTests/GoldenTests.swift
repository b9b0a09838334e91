import PluginAPI
import Testing

@testable import Generic

/// The literal attributes of each vendor. Addresses are the same everywhere but for their names and are tested once.
struct GoldenTests {
    let generic: Generic

    init() throws { generic = try PackSupport.generic() }

    private func reply(_ pack: String, _ plan: Plan) throws -> [String] {
        var reply = ReplyBuilder()
        try generic.reply(for: plan, dialect: "generic/" + pack, into: &reply)
        return reply.attributes.map(\.description).filter { !$0.contains("{framed-ip") && !$0.contains("{delegated") }
    }

    private func refusal(_ pack: String, _ plan: Plan) -> String {
        let error = #expect(throws: PluginError.self) { try reply(pack, plan) }
        return error?.message ?? ""
    }

    @Test func `five packs are dialects named generic and the pack`() {
        let ids = generic.dialects.map(\.id)
        #expect(ids == ["cisco", "huawei", "juniper", "nokia", "rfc"].map { "generic/" + $0 })
    }

    // MARK: Plain RFC

    @Test(arguments: ["normal", "FUP1", "FUP2", "FUP3", "FUP7"])
    func `a plain router gets the tier's name as Filter-Id`(tier: String) throws {
        #expect(try reply("rfc", homePlan(tier: tier)) == ["Filter-Id = \"\(tier)\""])
    }

    @Test func `the tier's own Filter-Id goes before its name, and the other facts with it`() throws {
        var reply = ReplyBuilder()
        let plan = homePlan {
            $0.filterID = "home-20"
            $0.pool = "pool4"
            $0.ipv6Pool = "pool6"
            $0.delegatedIPv6Pool = "pd6"
            $0.idleTimeout = 600
        }
        try generic.reply(for: plan, dialect: "generic/rfc", into: &reply)
        #expect(
            reply.attributes.map(\.description) == [
                "Framed-IP-Address = {framed-ip-address}",
                "Framed-Pool = \"pool4\" unless framed-ip-address",
                "Framed-IPv6-Address = {framed-ipv6-address}",
                "Framed-IPv6-Prefix = {framed-ipv6-prefix}",
                "Framed-IPv6-Pool = \"pool6\" unless framed-ipv6-prefix",
                "Delegated-IPv6-Prefix = {delegated-ipv6-prefix}",
                "Delegated-IPv6-Prefix-Pool = \"pd6\" unless delegated-ipv6-prefix",
                "Filter-Id = \"home-20\"",
                "Idle-Timeout = 600",
            ])
    }

    // MARK: Cisco

    @Test func `Cisco polices upload as U and download as D, in bit/s with bursts in bytes`() throws {
        #expect(
            try reply("cisco", homePlan()) == [
                "Cisco-Account-Info = \"QU;5000000;937500;1875000;D;20000000;3750000;7500000\""
            ])
    }

    @Test func `Cisco policy maps are AV-pairs, in for upload and out for download`() throws {
        #expect(
            try reply("cisco", homePlan(["qos-policy-in": "UP-5M", "qos-policy-out": "DOWN-20M"])) == [
                "Cisco-AVPair = \"ip:sub-qos-policy-in=UP-5M\"", "Cisco-AVPair = \"ip:sub-qos-policy-out=DOWN-20M\"",
            ])
    }

    @Test func `an ISG service is activated by A and its profile is answered with the rates`() throws {
        let plan = homePlan {
            $0.filterID = "HOME20"; $0.pool = "pool4"
        }
        #expect(
            try reply("cisco", plan) == [
                "Cisco-AVPair = \"ip:addr-pool=pool4\" unless framed-ip-address", "Cisco-Account-Info = \"AHOME20\"",
            ])
        let profiles = try generic.serviceProfiles(for: plan, dialect: "generic/cisco")
        #expect(profiles.map(\.name) == ["HOME20"])
        #expect(
            profiles.first?.attributes.map(\.description) == [
                "Cisco-Service-Info = \"QU;5000000;937500;1875000;D;20000000;3750000;7500000\""
            ])
        #expect(try generic.serviceProfiles(for: homePlan(), dialect: "generic/cisco").isEmpty)
    }

    // MARK: Juniper

    @Test func `Juniper activates the named service with upload and download in bit/s`() throws {
        #expect(
            try reply("juniper", homePlan(["service-profile": "internet"])) == [
                "ERX-Service-Activate:1 = \"internet(5000000,20000000)\""
            ])
        #expect(
            try reply("juniper", homePlan(["service-activate": "svc(20m,5m)", "service-statistics": "2"])) == [
                "ERX-Service-Activate:1 = \"svc(20m,5m)\"", "ERX-Service-Statistics:1 = 2",
            ])
    }

    @Test func `Juniper policies are ingress from and egress to the customer`() throws {
        let policies = ["ingress-policy": "up-5m", "egress-policy": "down-20m"]
        #expect(
            try reply("juniper", homePlan(policies)) == [
                "ERX-Ingress-Policy-Name = \"up-5m\"", "ERX-Egress-Policy-Name = \"down-20m\"",
            ])
    }

    @Test func `Juniper deactivates by the old string, then activates by the new one`() throws {
        let old = homePlan(["service-profile": "internet"])
        let new = homePlan(tier: "FUP1", down: "2M", up: "1M", ["service-profile": "internet"])
        let steps = try generic.change(from: old, to: new, dialect: "generic/juniper")
        #expect(
            steps.map { $0.attributes.map(\.description) } == [
                ["ERX-Service-Deactivate = \"internet(5000000,20000000)\""],
                ["ERX-Service-Activate:1 = \"internet(1000000,2000000)\""],
            ])
    }

    @Test func `Juniper refuses rates that nothing would carry`() {
        let message = refusal("juniper", homePlan())
        #expect(message.hasPrefix("Packs/juniper.xml:") || message.hasPrefix("juniper.xml:"))
        #expect(message.contains("service \"Home\", tier normal: Juniper takes rates through"))
    }

    // MARK: Huawei

    @Test func `Huawei gets CIR and PIR both ways in bit/s, input from the customer`() throws {
        let plan = homePlan { $0.down?.burst = Rate("40M") }
        #expect(
            try reply("huawei", plan) == [
                "Huawei-Input-Average-Rate = 5000000", "Huawei-Input-Peak-Rate = 5000000",
                "Huawei-Output-Average-Rate = 20000000", "Huawei-Output-Peak-Rate = 40000000",
            ])
    }

    @Test func `Huawei gets a QoS profile instead of rates when the plan names one`() throws {
        #expect(
            try reply("huawei", homePlan(["qos-profile": "home20"])) == ["Huawei-Qos-Profile-Name = \"home20\""])
    }

    @Test func `a rate beyond 32 bits is refused for Huawei with the hint to use a profile`() throws {
        #expect(
            refusal("huawei", homePlan(down: "5G")).hasSuffix(
                "service \"Home\", tier normal: Huawei-Output-Average-Rate is 5000000000, more than 4294967295; "
                    + "use a profile on the router (parameter qos-profile)"))
        #expect(try reply("huawei", homePlan(down: "4294967295")).contains("Huawei-Output-Peak-Rate = 4294967295"))
        #expect(
            refusal("huawei", homePlan(up: nil)).contains(
                "Huawei-Input-Average-Rate needs up, which the plan does not have"))
    }

    // MARK: Nokia

    @Test func `Nokia gets profiles by name and overrides in kbit/s, e to and i from the customer`() throws {
        let parameters = [
            "sub-profile": "residential", "sla-profile": "home-20", "egress-aggregate": "yes", "ingress-policer": "1",
        ]
        #expect(
            try reply("nokia", homePlan(parameters)) == [
                "Alc-Subsc-Prof-Str = \"residential\"", "Alc-SLA-Prof-Str = \"home-20\"",
                "Alc-Subscriber-QoS-Override = \"e:r:rate=20000\"",
                "Alc-Subscriber-QoS-Override = \"i:p:1:pir=5000,cir=5000\"",
            ])
    }

    @Test func `an SLA profile of sixteen characters is sent and of seventeen is refused`() throws {
        #expect(
            try reply("nokia", homePlan(["sla-profile": "1234567890123456"])) == [
                "Alc-SLA-Prof-Str = \"1234567890123456\""
            ])
        #expect(
            refusal("nokia", homePlan(["sla-profile": "12345678901234567"])).hasSuffix(
                "Alc-SLA-Prof-Str is \"12345678901234567\", 17 bytes long, more than 16"))
    }

    // MARK: What the host reads requests with

    static let places = [
        ("cisco", RequestFact.mac, "Cisco-AVPair client-mac-address="), ("juniper", .mac, "ERX-Dhcp-Mac-Addr "),
        ("nokia", .mac, "Alc-Client-Hardware-Addr "), ("huawei", .mac, "Calling-Station-Id "),
        ("cisco", .recordKind, "Cisco-Service-Info N"), ("juniper", .recordKind, "ERX-Service-Session "),
        ("nokia", .inputOctets, "Alc-Acct-I-Inprof-Octets-64 "), ("juniper", .parentSession, "Acct-Session-Id "),
    ]

    @Test(arguments: places)
    func `each vendor says where a fact stands first`(pack: String, fact: RequestFact, place: String) throws {
        let dialect = try #require(generic.dialects.first { $0.id == "generic/" + pack })
        let rule = try #require(dialect.requests.first { $0.fact == fact })
        #expect("\(rule.attribute) \(rule.prefix ?? "")" == place)
    }

    @Test func `a Cisco request for a service profile is told from a login by its Service-Type`() throws {
        let dialect = try #require(generic.dialects.first { $0.id == "generic/cisco" })
        let rule = try #require(dialect.requests.first { $0.fact == .serviceProfile })
        #expect(rule.attribute == "User-Name")
        #expect(rule.condition == RequestCondition("Service-Type", is: "Outbound-User"))
        #expect(dialect.capabilities.coaPort == 1700)
    }

    @Test func `a change without steps of its own sends what the pack can change`() throws {
        let steps = try generic.change(
            from: homePlan(), to: homePlan(tier: "FUP1", down: "2M", up: "1M"), dialect: "generic/huawei")
        #expect(steps.count == 1)
        #expect(steps.first?.attributes.map(\.name).contains("Framed-IP-Address") == false)
        #expect(steps.first?.attributes.map(\.description).last == "Huawei-Output-Peak-Rate = 2000000")
    }
}
