import Control
import Log
import Policy
import Store

/// The plugins as the configuration wants them: `plugin.ID.required = on`, `plugin.ID.enabled = off`, and any other
/// `plugin.ID.NAME` for the plugin itself.
enum PluginStart {
    /// Loads and starts them. What an operator has set in the panel goes before the configuration.
    static func load(
        _ configuration: Configuration, _ installation: Installation, _ keys: KeyRing, _ log: Log
    ) throws -> PluginDesk {
        let desk = try PluginDesk.start(
            plan(configuration, installation),
            database: ProcessDatabase.settings(configuration, name: "plugins", isServer: true),
            owner: ProcessDatabase.settings(configuration, name: "plugins"), open: { try keys.open($0, for: $1) },
            clock: Identity.systemClock
        ) { plugin, message in log.info("\(plugin): \(message)") }
        for report in desk.host.reports where report.state == .refused {
            log.error("plugin \(report.id ?? report.file) refused: \(report.reason ?? "no reason given")")
        }
        return desk
    }

    private static func plan(_ configuration: Configuration, _ installation: Installation) throws -> PluginDesk.Plan {
        var plan = PluginDesk.Plan(folder: configuration.plugins ?? installation.plugins)
        plan.resources = [installation.pluginFiles]
        plan.schemas = installation.schemas
        plan.settings = configuration.pluginSettings
        for (id, given) in plan.settings {
            if try isOn(given["required"], "plugin.\(id).required") == true { plan.required.insert(id) }
            if try isOn(given["enabled"], "plugin.\(id).enabled") == false { plan.disabled.insert(id) }
            plan.settings[id]?["required"] = nil
            plan.settings[id]?["enabled"] = nil
        }
        return plan
    }

    private static func isOn(_ text: String?, _ key: String) throws -> Bool? {
        switch text {
        case nil: nil
        case "on", "yes", "true": true
        case "off", "no", "false": false
        case let text?: throw CommandError.refused("\(key) is `\(text)`; it is on or off")
        }
    }
}
