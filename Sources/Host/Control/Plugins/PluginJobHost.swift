package import PluginAPI
package import Store

/// Where plugins' jobs go.
package protocol PluginJobHost: Sendable {
    /// Queues one in the connection's transaction; its id. Throws a `PluginError` when the plugin has no such job, or
    /// when the arguments do not fit it.
    func enqueue(_ connection: Connection, plugin: String, job: String, arguments: FieldValue) throws -> Int64
}
