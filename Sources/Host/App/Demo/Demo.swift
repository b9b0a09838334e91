import Control
import PluginAPI
import Store

/// A small ISP to look at: 2 NAS, 4 services with their tiers, 60 subscribers.
enum Demo {
    /// One simulated router of the demo.
    struct Router: Sendable {
        let name: String
        let address: IPAddress
        let type: String
        let pack: String?
        let shape: AccessShape
        let lines: [AccessLine]
    }

    static let routers = [
        Router(
            name: "demo-mikrotik", address: IPAddress(ipv4: 0x7F00_0001), type: "mikrotik", pack: nil,
            shape: .routerOSPPPoE, lines: Array(lines[..<40])),
        Router(
            name: "demo-cisco", address: IPAddress(ipv4: 0x7F00_0002), type: "generic", pack: "cisco", shape: .isg,
            lines: Array(lines[40...])),
    ]

    /// All subscribers, as they are at their routers.
    static let lines: [AccessLine] = DemoPeople.names.enumerated().map { index, name in
        AccessLine(user: name, password: "demo-\(index + 1)", index: index)
    }

    /// One of the first router's, for a login by hand.
    static var testLine: AccessLine? { routers[0].lines.first }

    /// Adds what is missing and leaves alone what is there; the NAS get this secret (6 to 100 characters), which
    /// `DemoBNG` needs. A NAS of another name at 127.0.0.1 or 127.0.0.2 is refused as any second one at an address is.
    static func fill(_ records: Records, secret: String) throws {
        for router in routers { try add(router, secret, records) }
        for service in DemoServices.all where try !has(.service, service.name, records) {
            _ = try records.addService(service.name, service.fields, tiers: service.tiers)
        }
        let services = try DemoServices.all.map { try records.id(.service, named: $0.name) }
        for line in lines where try !has(.subscriber, line.user, records) {
            _ = try records.addSubscriber(
                line.user, password: try SubscriberPassword(line.password),
                DemoPeople.fields(line, service: services[line.index % services.count]))
        }
    }

    private static func add(_ router: Router, _ secret: String, _ records: Records) throws {
        guard try has(.nas, router.name, records) else {
            _ = try records.addNAS(
                router.name, secret: secret,
                [
                    ("ip", .inet(router.address.description)), ("type", .text(router.type)),
                    ("pack", Parameter(router.pack)), ("description", .text("a simulated router of the demo")),
                ])
            return
        }
        try records.setNAS(
            router.name, secret: secret, keepsOldSecret: false, [], unseal: { _, _ in preconditionFailure("not kept") })
    }

    private static func has(_ kind: RecordKindOf, _ name: String, _ records: Records) throws -> Bool {
        do {
            _ = try records.id(kind, named: name)
            return true
        } catch let refusal as RecordRefusal where refusal.code == "not_found" {
            return false
        }
    }
}
