import PluginAPI

/// The routers of Acme: speed in kbit/s in their Filter-Id. Operators write notes about subscribers.
public struct Acme: NASDialect, Settings, Migrations, Permissions, Routes, Jobs, Events, Pages {
    public static let manifest = Manifest(id: "acme", title: "Acme routers", version: "0.1.0")
    let host: Context
    private let settings: AcmeSettings

    public init(_ host: Context) throws {
        self.host = host
        settings = try host.settings(as: AcmeSettings.self)
    }

    public typealias Configuration = AcmeSettings

    public var dialects: [Dialect] {
        [Dialect(id: "acme", title: "Acme OS", requests: [RequestRule(.mac, from: "Calling-Station-Id")])]
    }

    public func reply(for plan: Plan, dialect: String, into reply: inout ReplyBuilder) throws {
        reply.add("Framed-IP-Address", .slot(.framedIPAddress))
        guard let down = plan.down?.rate, let up = plan.up?.rate else {
            throw PluginError("service \(plan.service): Acme needs a rate both ways")
        }
        reply.add("Filter-Id", .text("\(settings.prefix)-\(down.kilobitsPerSecond)-\(up.kilobitsPerSecond)"))
    }
}

public struct AcmeSettings: Record {
    public var prefix = "acme"
    public init() {}
    public static let fields: [Field<AcmeSettings>] = [
        Field(\.prefix, "prefix", "what the filters' names begin with", .length(1...20))
    ]
}

@c(tollkeeper_abi) public func abi() -> UnsafePointer<CChar> { PluginABI.string }
@c(tollkeeper_plugin_register) public func register() { PluginRegistry.register(Acme.self) }
