import HTTP
import PluginAPI
import Policy
import Threads

/// Where the API finds the plugins: there once they are started, which may be later than the API.
package final class PluginPlace: Sendable {
    private struct State {
        var desk: PluginDesk?
        var catalogue = PermissionCatalogue.core
    }

    private let state = Locked(State())

    package init() {}

    /// nil while they are not started.
    package var current: PluginDesk? { state.withLock { $0.desk } }

    /// What there is to be permitted, the plugins' own permissions included.
    package var catalogue: PermissionCatalogue { state.withLock { $0.catalogue } }

    /// Gives the plugins their place. Tells of permissions that have no fit name or are somebody else's, and of routes
    /// whose permission nobody can hold: those stay closed to all.
    package func put(_ desk: PluginDesk, log: (_ plugin: String, _ message: String) -> Void) {
        var catalogue = PermissionCatalogue.core
        for plugin in desk.host.plugins {
            let own = plugin.permissions.map { permission in
                let reach: Permission.Reach =
                    permission.name.hasPrefix("portal.") ? .portal : permission.houseOnly ? .house : .everybody
                return Permission(permission.name, permission.title, reach)
            }
            do { catalogue = try catalogue.adding(own, of: plugin.id) } catch { log(plugin.id, "\(error)") }
        }
        for loaded in desk.host.routes where catalogue[loaded.route.permission] == nil {
            log(
                loaded.pluginID,
                "\(loaded.route.method.rawValue) \(loaded.route.path) needs \(loaded.route.permission), which nobody can hold"
            )
        }
        state.withLock { [catalogue] state in
            state.desk = desk
            state.catalogue = catalogue
        }
    }

    func desk() throws -> PluginDesk {
        guard let desk = current else {
            throw Problem(
                503, "starting", "The plugins are not started yet.", headers: [(name: "Retry-After", value: "5")])
        }
        return desk
    }
}
