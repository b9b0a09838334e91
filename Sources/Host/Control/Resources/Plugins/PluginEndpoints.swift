import HTTP
import PluginAPI
import Policy
import Store

/// The plugins: what runs and why not, their settings, their doors, and their own routes.
package enum PluginEndpoints {
    /// - plugins: their own routes are among these when they are started by now.
    /// - restart: asks for a fresh `control` process, which reads plugins and settings anew; returns at once.
    package static func all(
        _ house: House, _ plugins: PluginPlace, restart: @escaping @Sendable () -> Void
    ) -> [Endpoint] {
        [list(house, plugins), get(house, plugins), change(house, plugins), reload(plugins, restart)]
            + ManifestEndpoints.all(plugins) + (plugins.current.map { PluginRouteEndpoints.all($0) } ?? [])
    }

    private static func list(_ house: House, _ plugins: PluginPlace) -> Endpoint {
        Endpoint(.get, "/plugins", .may("plugins.view"), "The plugins: what runs, and why others do not") { call in
            let (desk, stored) = (try plugins.desk(), try PluginStore.all(call.connection, open: house.open))
            let views = desk.host.reports.map { PluginView(desk, $0, stored).json }
            return .json(.object([("items", .array(views))]))
        }
        .output(.items(PluginView.fields))
    }

    private static func get(_ house: House, _ plugins: PluginPlace) -> Endpoint {
        Endpoint(.get, "/plugins/{plugin}", .may("plugins.view"), "One plugin with its settings") { call in
            try answer(house, try plugins.desk(), call)
        }
        .parameter(id).output(.record(PluginView.fields))
    }

    private static func change(_ house: House, _ plugins: PluginPlace) -> Endpoint {
        Endpoint(
            .patch, "/plugins/{plugin}", .may("plugins.manage"),
            "Enable or disable a plugin, at once; change its settings, from the next start of control on"
        ) { call in
            let desk = try plugins.desk()
            try PluginChange(house, desk, call).apply()
            return try answer(house, desk, call)
        }
        .parameter(id)
        .changes([
            FieldDescription(name: "enabled", kind: .bool, text: "false closes its routes, pages, jobs and dialects"),
            FieldDescription(
                name: "settings", kind: .format("object"),
                text: "values by setting; null takes back what was set here"),
        ])
        .output(.record(PluginView.fields)).versioned()
        .errors(
            RouteError("plugin_configured", status: 409, "The configuration file has it disabled."),
            RouteError("plugin_unread", status: 409, "Nobody knows its settings before it was loaded."))
    }

    private static func reload(_ plugins: PluginPlace, _ restart: @escaping @Sendable () -> Void) -> Endpoint {
        Endpoint(
            .post, "/plugins/{plugin}/reload", .may("plugins.manage"),
            "Restart control, which loads plugins and settings anew; logins go on meanwhile"
        ) { call in
            let report = try report(try plugins.desk(), call)
            let name = report.id ?? report.file
            try Audit.write(call.connection, call.actor, action: "reload", kind: "plugin", id: nil, name: name)
            restart()
            return .json(.object([("state", .text("restarting"))]))
        }
        .parameter(id)
        .output(.record([FieldDescription(name: "state", kind: .choice(["restarting"]))]), status: 202)
    }

    private static let id = FieldDescription(
        name: "plugin", kind: .text, text: "its id, or its file's name when it has none", isRequired: true,
        constraints: [.length(1...253)])

    private static func answer(_ house: House, _ desk: PluginDesk, _ call: Call) throws -> Answer {
        let stored = try PluginStore.all(call.connection, open: house.open)
        let view = PluginView(desk, try report(desk, call), stored)
        return .json(view.json, version: view.version)
    }

    /// The report that the path names.
    static func report(_ desk: PluginDesk, _ call: Call) throws -> PluginReport {
        let name = call.inputs.text("plugin") ?? ""
        let reports = desk.host.reports
        guard let report = reports.first(where: { $0.id == name }) ?? reports.first(where: { $0.file == name }) else {
            throw RecordRefusal("there is no plugin \(name)", code: "not_found")
        }
        return report
    }
}
