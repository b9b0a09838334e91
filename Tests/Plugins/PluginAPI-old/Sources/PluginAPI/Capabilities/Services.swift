/// Offers services to other plugins: typed by a protocol that both know from PluginAPI, found by its name.
public protocol Services: Plugin {
    /// Names of the services, so that those who need them start later: `[Service.name(of: (any Wallet).self)]`.
    static var offers: [String] { get }

    /// The services themselves; asked for once, after `init`.
    var services: [Service] { get }
}

/// One service that a plugin offers.
public struct Service: Sendable {
    public let name: String
    public let value: any Sendable

    /// `Service((any Wallet).self, ledger)`
    public init<Offered>(_ type: Offered.Type, _ value: any Sendable) {
        name = Service.name(of: type)
        self.value = value
    }

    /// The name a service goes by in `needs` and `uses`: that of its protocol, `Wallet`.
    public static func name<Offered>(of type: Offered.Type) -> String {
        let text = String(describing: type)
        return text.hasPrefix("any ") ? String(text.dropFirst(4)) : text
    }
}
