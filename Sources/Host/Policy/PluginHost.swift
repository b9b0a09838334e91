package import PluginAPI
import Synchronization

/// The plugins of this process: what was found, what runs, and the doors they opened, sorted by capability once.
///
/// Made by `load(folder:…)`; never unloaded. What is refused is a report, never a crash and never half-loaded.
package struct PluginHost: Sendable {
    /// One for each plugin and each file that is none, by file name.
    package internal(set) var reports: [PluginReport] = []
    package internal(set) var dialects: [LoadedDialect] = []
    package internal(set) var routes: [LoadedRoute] = []
    package internal(set) var services: [String: Service] = [:]
    /// The settings of each plugin that was opened, by its id, whether it runs or not.
    package internal(set) var settings: [String: PluginSettings] = [:]
    /// Those that run, in order of their start.
    package internal(set) var plugins: [LoadedPlugin] = []
    /// Ids that the operator wants at any price and that do not run, each with the reason.
    package internal(set) var missing: [String: String] = [:]

    /// None at all.
    package init() {}

    package func plugin(_ id: String) -> LoadedPlugin? { plugins.first { $0.id == id } }

    /// The dialect by the id a NAS is registered with: `mikrotik`, `generic/cisco`.
    package func dialect(_ id: String) -> LoadedDialect? { dialects.first { $0.dialect.id == id } }

    /// Throws one sentence that names every plugin the operator requires and that does not run.
    package func checkRequired() throws(PluginError) {
        guard !missing.isEmpty else { return }
        let sentences = missing.sorted { $0.key < $1.key }.map { "plugin \($0.key) is required: \($0.value)" }
        throw PluginError(sentences.joined(separator: "; "))
    }

    /// Stops every plugin, the last started first. Call once.
    package func stop() {
        for loaded in plugins.reversed() { loaded.plugin.stop() }
    }
}

/// A dialect and the plugin that speaks it.
package struct LoadedDialect: Sendable {
    package let dialect: Dialect
    package let speaker: any NASDialect
    package let pluginID: String
}

/// A route and the plugin that declared it.
package struct LoadedRoute: Sendable {
    package let route: Route
    package let pluginID: String
}
