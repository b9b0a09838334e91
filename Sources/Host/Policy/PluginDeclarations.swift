import PluginAPI
import Store

/// What a plugin declares, read once and checked: a wrong declaration refuses the plugin, whole.
enum PluginDeclarations {
    /// What its type says before there is one of it.
    struct Declared {
        var permissions: [PluginPermission] = []
        var topics: [String] = []
    }

    static let topics: Set<String> = [
        "subscriber.changed", "service.changed", "nas.changed", "preferences.changed",
    ]

    static func checked(_ type: any Plugin.Type) throws(PluginRefusal) -> Declared {
        var declared = Declared()
        declared.permissions = (type as? any Permissions.Type)?.permissions ?? []
        for permission in declared.permissions where !PluginPermission.isName(permission.name) {
            throw PluginRefusal("declares the permission \(permission.name), which is not like vouchers.view")
        }
        try once(declared.permissions.map(\.name), "the permission")
        declared.topics = (type as? any Events.Type)?.topics ?? []
        for topic in declared.topics where !topics.contains(topic) {
            throw PluginRefusal("hears \(topic); there are \(topics.sorted().joined(separator: ", "))")
        }
        return declared
    }

    static func loaded(_ plugin: any Plugin, _ declared: Declared, _ files: PluginFiles) throws -> LoadedPlugin {
        let manifest = type(of: plugin).manifest
        let ui = (plugin as? any Pages)?.ui
        if let ui { try PluginPagesCheck(id: manifest.id).check(ui) }
        return LoadedPlugin(
            id: manifest.id, title: manifest.title, plugin: plugin, files: files, permissions: declared.permissions,
            jobs: try jobs(of: plugin), events: declared.topics.isEmpty ? nil : plugin as? any Events,
            topics: declared.topics, ui: ui, module: try ui?.module.map { try address($0, manifest.id, files) })
    }

    /// Of the module, with a part that changes with the file.
    private static func address(_ module: String, _ id: String, _ files: PluginFiles) throws -> String {
        guard !module.contains("/"), try files.path(of: "Web/" + module) != nil else {
            throw PluginRefusal("has no file Web/\(module), which its pages name")
        }
        let digits = Array("0123456789abcdef".utf8)
        let digest = Digest.sha256(try files.read("Web/" + module)).prefix(4)
        let version = String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
        return "/plugins/\(id)/\(module)?v=\(version)"
    }

    private static func jobs(of plugin: any Plugin) throws(PluginRefusal) -> [PluginJob] {
        let id = type(of: plugin).manifest.id
        let jobs = (plugin as? any Jobs)?.jobs ?? []
        for job in jobs {
            guard job.name.hasPrefix(id + "."), FieldConstraint.isKebabCase(String(job.name.dropFirst(id.count + 1)))
            else { throw PluginRefusal("declares the job \(job.name), which must be like \(id).expire") }
            if let schedule = job.schedule, schedule.split(separator: " ").count != 5 {
                throw PluginRefusal("runs \(job.name) at \"\(schedule)\", which is no five fields of cron")
            }
        }
        try once(jobs.map(\.name), "the job")
        return jobs
    }

    static func dialects(of plugin: any Plugin) throws(PluginRefusal) -> [LoadedDialect] {
        guard let speaker = plugin as? any NASDialect else { return [] }
        let id = type(of: plugin).manifest.id
        var dialects: [LoadedDialect] = []
        for dialect in speaker.dialects {
            guard dialect.id == id || dialect.id.hasPrefix(id + "/") else {
                throw PluginRefusal("speaks \(dialect.id), which must be \(id) or begin with \(id)/")
            }
            dialects.append(LoadedDialect(dialect: dialect, speaker: speaker, pluginID: id))
        }
        return dialects
    }

    static func routes(of plugin: any Plugin) throws(PluginRefusal) -> [LoadedRoute] {
        guard let plugin = plugin as? any Routes else { return [] }
        let id = type(of: plugin).manifest.id
        let routes = plugin.routes
        for route in routes {
            if let fault = route.faults.first ?? fault(of: route, id) {
                throw PluginRefusal("declares \(route.method.rawValue) \(route.path) wrongly: \(fault)")
            }
        }
        try once(routes.map { "\($0.method.rawValue) \(shape($0.path))" }, "the route")
        return routes.map { LoadedRoute(route: $0, pluginID: id) }
    }

    private static func fault(of route: Route, _ id: String) -> String? {
        guard route.path.hasPrefix("/\(id)/") else { return "the path must begin with /\(id)/" }
        if route.path == "/\(id)/reload" { return "this address is the server's" }
        guard PluginPermission.isName(route.permission) else { return "\(route.permission) is no permission" }
        let names = route.input.map(\.name)
        if route.parameters.contains(where: { parameter in names.filter { $0 == parameter }.count != 1 }) {
            return "a parameter is one field of the input"
        }
        guard route.method == .get || route.method == .delete else { return nil }
        for field in route.input {
            if field.isSecret { return "\(field.name) is secret and would stand in the query" }
            if case .record = field.kind.wrapped { return "\(field.name) is a record, which a query can't hold" }
        }
        return nil
    }

    /// Two paths that differ in the names of their parameters only are one.
    private static func shape(_ path: String) -> String {
        path.split(separator: "/").map { $0.hasPrefix("{") ? "{}" : String($0) }.joined(separator: "/")
    }

    private static func once(_ names: [String], _ what: String) throws(PluginRefusal) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            throw PluginRefusal("declares \(what) \(name) twice")
        }
    }
}
