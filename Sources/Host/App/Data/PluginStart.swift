import Log
import Policy

/// The plugins as the configuration wants them: `plugin.ID.required = on`, `plugin.ID.enabled = off`, and any other
/// `plugin.ID.NAME` for the plugin itself.
enum PluginStart {
    static func load(_ configuration: Configuration, _ installation: Installation, _ log: Log) throws -> PluginHost {
        var settings = configuration.pluginSettings
        var required: Set<String> = []
        var disabled: Set<String> = []
        for (id, given) in settings {
            if try isOn(given["required"], "plugin.\(id).required") == true { required.insert(id) }
            if try isOn(given["enabled"], "plugin.\(id).enabled") == false { disabled.insert(id) }
            settings[id]?["required"] = nil
            settings[id]?["enabled"] = nil
        }
        let host = PluginHost.load(
            folder: configuration.plugins ?? installation.plugins, resources: [installation.pluginFiles],
            schemas: installation.schemas, settings: settings, required: required, disabled: disabled
        ) { plugin, message in log.info("\(plugin): \(message)") }
        for report in host.reports where report.state == .refused {
            log.error("plugin \(report.id ?? report.file) refused: \(report.reason ?? "no reason given")")
        }
        return host
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
