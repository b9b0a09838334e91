import HTTP
import PluginAPI

/// What a plugin threw that was no refusal: its fault. The log names it; a client reads 500.
package struct PluginFailure: Error, CustomStringConvertible {
    package let plugin: String
    package let reason: String

    package var description: String { "the plugin \(plugin) failed: \(reason)" }
}

extension PluginFailure {
    /// What an error that a plugin threw becomes for a client: refusals as they are, what the database said in its own
    /// terms, and everything else a fault of the plugin's.
    static func reading(_ error: any Error, of plugin: String, _ route: PluginAPI.Route) -> any Error {
        switch error {
        case is Problem, is FieldErrors: return error
        case let error as RouteError where (400..<500).contains(error.status): return error
        case let error as DatabaseError where error.code == "conflict" || error.code == "refused":
            return Problem(409, error.code, "The database refused this.")
        case let error as DatabaseError where error.code == "away" || error.code == "retry":
            return Problem(
                503, "busy", "The database is away or has too much to do; try again soon.",
                headers: [(name: "Retry-After", value: "5")])
        default:
            return PluginFailure(plugin: plugin, reason: "\(route.method.rawValue) \(route.path): \(error)")
        }
    }
}
