import Glibc
package import PluginAPI
import Synchronization

extension PluginHost {
    /// Loads and starts every plugin of a folder (each `*.so` but PluginAPI itself), in the order of their needs.
    ///
    /// - Parameters:
    ///   - resources: further folders in which a plugin's own folder `<Name>/` is looked for, after the one beside
    ///     its library (the source tree's `Plugins`).
    ///   - schemas: the folder of the XML schemas that plugins name.
    ///   - settings: by plugin id, then by setting.
    ///   - required: ids without which the caller should not go on; see `checkRequired()`.
    ///   - disabled: ids that are not started. One that is also the file's name (`mikrotik` for `libMikroTik.so`) is
    ///     not even opened.
    ///   - types: plugins that are linked into the program, as their tests have them.
    ///   - equipment: what the host lends beside files and settings.
    ///   - log: a line for the server's log, with the id of the plugin (or its file's name) it is about.
    package static func load(
        folder: String, resources: [String] = [], schemas: String? = nil,
        settings: [String: [String: String]] = [:], required: Set<String> = [], disabled: Set<String> = [],
        types: [any Plugin.Type] = [], equipment: PluginEquipment = PluginEquipment(),
        log: @escaping @Sendable (_ plugin: String, _ message: String) -> Void
    ) -> PluginHost {
        var loader = PluginLoader(
            folder: folder, resources: resources, schemas: schemas, settings: settings, disabled: disabled,
            equipment: equipment, log: log)
        loader.findAll()
        for type in types { loader.admit(PluginCandidate(type, file: "\(type)", name: "\(type)")) }
        loader.startAll()
        return loader.finish(required: required)
    }
}

/// The work of `PluginHost.load`, step by step.
private struct PluginLoader {
    let folder: String
    let resources: [String]
    let schemas: String?
    let settings: [String: [String: String]]
    let disabled: Set<String>
    let equipment: PluginEquipment
    let log: @Sendable (String, String) -> Void

    private var host = PluginHost()
    private var waiting: [PluginCandidate] = []
    /// Why what others may need is not there, by plugin id and service name.
    private var absent: [String: String] = [:]
    private let offered = OfferedServices()

    init(
        folder: String, resources: [String], schemas: String?, settings: [String: [String: String]],
        disabled: Set<String>, equipment: PluginEquipment, log: @escaping @Sendable (String, String) -> Void
    ) {
        self.equipment = equipment
        self.folder = folder
        self.resources = resources
        self.schemas = schemas
        self.settings = settings
        self.disabled = disabled
        self.log = log
    }

    /// Opens every library and keeps those plugins that may start.
    mutating func findAll() {
        for file in libraries() {
            let name = PluginLoader.name(of: file)
            if disabled.contains(name.lowercased()) {
                var report = PluginReport(file: file)
                report.id = name.lowercased()
                report.state = .disabled
                report.reason = "is disabled; its file was not opened"
                host.reports.append(report)
                absent[name.lowercased()] = "is disabled"
                continue
            }
            do {
                for type in try PluginHandshake.types(in: folder + "/" + file) {
                    admit(PluginCandidate(type, file: file, name: name))
                }
            } catch {
                refuse(PluginReport(file: file), error.reason)
            }
        }
    }

    mutating func admit(_ candidate: PluginCandidate) {
        let id = candidate.manifest.id
        guard FieldConstraint.isKebabCase(id) else {
            return refuse(candidate.report, "has the id \"\(id)\", which is not lower-case-with-hyphens")
        }
        if let other = waiting.first(where: { $0.manifest.id == id }) {
            return refuse(candidate.report, "has the id \(id), which \(other.report.file) has already")
        }
        for service in candidate.offeredServices {
            if let other = waiting.first(where: { $0.provides.contains(service) }) {
                return refuse(candidate.report, "offers \(service), which \(other.manifest.id) offers already")
            }
        }
        if disabled.contains(id) {
            var report = candidate.report
            report.state = .disabled
            report.reason = "is disabled"
            host.reports.append(report)
            for name in candidate.provides { absent[name] = "is disabled" }
            return
        }
        host.settings[id] = candidate.settings(given: settings[id] ?? [:])
        do {
            try candidate.check(settings[id] ?? [:])
            waiting.append(candidate)
        } catch {
            refuse(candidate, error.reason)
        }
    }

    /// Starts one after the other until none is left that can.
    mutating func startAll() {
        let entries = waiting.map {
            PluginStartOrder.Entry(provides: $0.provides, needs: $0.manifest.needs, uses: $0.manifest.uses)
        }
        var left = Array(waiting.indices)
        var running: Set<String> = []
        while let index = PluginStartOrder.next(waiting: left, of: entries, running: running) {
            left.removeAll { $0 == index }
            if start(waiting[index]) { running.formUnion(entries[index].provides) }
        }
        refuse(left, of: entries, running: running)
    }

    /// Refuses those that wait in vain: first, again and again, those whose need nobody will meet, then the circles.
    private mutating func refuse(_ waitingInVain: [Int], of entries: [PluginStartOrder.Entry], running: Set<String>) {
        var left = waitingInVain
        while !left.isEmpty {
            let index = left.first { PluginStartOrder.isHopeless($0, waiting: left, of: entries, running: running) }
            for index in index.map({ [$0] }) ?? left {
                let obstacle = PluginStartOrder.obstacle(
                    for: index, waiting: left, of: entries, running: running, absent: absent)
                refuse(waiting[index], obstacle)
            }
            left.removeAll { index == nil || $0 == index }
        }
    }

    private mutating func start(_ candidate: PluginCandidate) -> Bool {
        let id = candidate.manifest.id
        do {
            let files = files(of: candidate)
            let declared = try PluginDeclarations.checked(candidate.type)
            try migrate(candidate, files)
            let plugin = try candidate.type.init(context(for: candidate, files))
            let loaded = try PluginDeclarations.loaded(plugin, declared, files)
            let dialects = try PluginDeclarations.dialects(of: plugin)
            let routes = try PluginDeclarations.routes(of: plugin)
            host.dialects += dialects
            host.routes += routes
            for service in (plugin as? any Services)?.services ?? [] {
                host.services[service.name] = service
                offered.add(service)
            }
            host.plugins.append(loaded)
        } catch let refusal as PluginRefusal {
            refuse(candidate, refusal.reason)
            return false
        } catch {
            refuse(candidate, "did not start: \(error)")
            return false
        }
        var report = candidate.report
        report.state = .running
        host.reports.append(report)
        log(id, "plugin \(id) \(candidate.manifest.version) runs")
        return true
    }

    /// Its tables are there before it is.
    private func migrate(_ candidate: PluginCandidate, _ files: PluginFiles) throws(PluginRefusal) {
        guard let type = candidate.type as? any Migrations.Type else { return }
        guard let folder = try? files.path(of: type.migrations) else {
            throw PluginRefusal("has no folder \(type.migrations) with its migrations")
        }
        do {
            try equipment.migrate(candidate.manifest.id, folder)
        } catch {
            throw PluginRefusal("cannot set up its tables: \(error)")
        }
    }

    private func files(of candidate: PluginCandidate) -> PluginFiles {
        PluginFiles(folders: ([folder] + resources).map { $0 + "/" + candidate.name }, schemas: schemas)
    }

    private func context(for candidate: PluginCandidate, _ files: PluginFiles) -> Context {
        let id = candidate.manifest.id
        var context = Context(
            settings: settings[id] ?? [:],
            files: { try files.list($0) },
            read: { try files.read($0) },
            xml: { try files.xml($0, schema: $1) },
            service: { [offered] in offered.value($0) },
            log: { [log] in log(id, $0) })
        equipment.equip(id, &context)
        return context
    }

    mutating func finish(required: Set<String>) -> PluginHost {
        host.reports.sort { ($0.file, $0.id ?? "") < ($1.file, $1.id ?? "") }
        for id in required where host.plugin(id) == nil {
            let report = host.reports.first { ($0.id ?? PluginLoader.name(of: $0.file).lowercased()) == id }
            host.missing[id] = report.map { "\($0.file) \($0.reason ?? "")" } ?? "is not in \(folder)"
        }
        return host
    }

    private mutating func refuse(_ candidate: PluginCandidate, _ reason: String) {
        for name in candidate.provides { absent[name] = "was refused" }
        refuse(candidate.report, reason)
    }

    private mutating func refuse(_ report: PluginReport, _ reason: String) {
        var report = report
        report.state = .refused
        report.reason = reason
        host.reports.append(report)
        log(report.id ?? report.file, "plugin \(report.file) is refused: it \(reason)")
    }

    /// Names of the shared libraries in the folder, sorted.
    private func libraries() -> [String] {
        let names = (try? PluginFiles(folders: [folder], schemas: nil).list(".")) ?? []
        return names.filter { $0.hasSuffix(".so") && PluginLoader.name(of: $0) != "PluginAPI" }
    }

    /// `MikroTik` for `libMikroTik.so`.
    private static func name(of file: String) -> String {
        let stem = file.hasSuffix(".so") ? file.dropLast(3) : file[...]
        return String(stem.hasPrefix("lib") ? stem.dropFirst(3) : stem)
    }
}

/// The services of the plugins started so far; a plugin may ask at any time.
private final class OfferedServices: Sendable {
    private let services = Mutex<[String: any Sendable]>([:])

    func add(_ service: Service) { services.withLock { $0[service.name] = service.value } }

    func value(_ name: String) -> (any Sendable)? { services.withLock { $0[name] } }
}
