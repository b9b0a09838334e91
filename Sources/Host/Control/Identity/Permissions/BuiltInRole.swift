/// A role that comes with the program. What it holds follows the catalogue, plugins' permissions included.
package enum BuiltInRole: String, Sendable, Hashable, CaseIterable {
    /// As `roles.builtin` names them.
    case administrator, `operator`, billing, reseller
    case readOnly = "read-only"

    package func permissions(_ catalogue: PermissionCatalogue) -> Set<String> {
        switch self {
        case .administrator: catalogue.house
        case .operator: BuiltInRole.support
        case .billing: BuiltInRole.clerk.union(catalogue.names { $0.area == "billing" })
        case .readOnly: catalogue.names { $0.reach != .portal && $0.name.hasSuffix(".view") }
        case .reseller: catalogue.reseller
        }
    }

    private static let support: Set<String> = [
        "dashboard.view", "events.view", "alarms.view", "alarms.acknowledge", "jobs.view", "subscribers.view",
        "subscribers.create", "subscribers.edit", "subscribers.password", "subscribers.disconnect", "services.view",
        "sessions.view", "radius_log.view", "nas.view", "nas.test", "public_ips.view", "resellers.view",
        "dictionaries.view", "impersonate.customer",
    ]

    private static let clerk: Set<String> = [
        "dashboard.view", "events.view", "jobs.view", "subscribers.view", "subscribers.edit", "subscribers.export",
        "services.view", "sessions.view", "resellers.view",
    ]
}
