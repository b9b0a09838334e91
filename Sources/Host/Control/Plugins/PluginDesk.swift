package import Policy
package import PluginAPI
package import Store

/// The plugins of this process as the API and the rest of `control` use them: what runs, whose doors are open, and the
/// ways to call them.
package final class PluginDesk: Sendable {
    /// What the configuration file says.
    package struct Plan: Sendable {
        package var folder: String
        package var resources: [String] = []
        package var schemas: String?
        /// By plugin id, then by setting.
        package var settings: [String: [String: String]] = [:]
        package var required: Set<String> = []
        package var disabled: Set<String> = []
        /// Plugins that are linked into the program, as tests have them.
        package var types: [any Plugin.Type] = []

        package init(folder: String) { self.folder = folder }
    }

    package let host: PluginHost
    package let doors: PluginDoors
    package let calls: PluginCalls
    let pages: PluginPages
    let plan: Plan
    private let databases: PluginDatabases
    private let ears: PluginEars

    /// Loads and starts the plugins, with what was set for them in the panel before what the configuration file says.
    /// The caller calls `host.checkRequired()`, and `stop` in any case.
    ///
    /// - owner: of the database, for the plugins' tables.
    package static func start(
        _ plan: Plan, database: ConnectionSettings, owner: ConnectionSettings, open: PluginStore.Cipher,
        clock: @escaping @Sendable () -> Int64, calls: PluginCalls = PluginCalls(),
        log: @escaping @Sendable (_ plugin: String, _ message: String) -> Void
    ) throws -> PluginDesk {
        let connection = try Connection(database)
        let stored = try PluginStore.all(connection, open: open)
        var settings = plan.settings
        for (id, one) in stored { settings[id, default: [:]].merge(one.settings) { _, panel in panel } }
        let closed = Set(stored.filter { !$0.value.isEnabled }.keys)
        let jobs = PluginJobQueue()
        let databases = PluginDatabases(database, jobs: jobs)
        var equipment = PluginEquipment()
        equipment.migrate = { try PluginMigrator.migrate(owner, plugin: $0, folder: $1) }
        equipment.equip = { id, context in
            context.database = Database(databases.database(of: id))
            context.clock = clock
            context.random = { Digest.random($0) }
        }
        let host = PluginHost.load(
            folder: plan.folder, resources: plan.resources, schemas: plan.schemas, settings: settings,
            required: plan.required, disabled: plan.disabled.union(closed), types: plan.types, equipment: equipment,
            log: log)
        jobs.know(host.plugins)
        try PluginBoard.publish(connection, host.reports)
        return PluginDesk(
            host: host, plan: plan, closed: closed, calls: calls, databases: databases, database: database, log: log)
    }

    private init(
        host: PluginHost, plan: Plan, closed: Set<String>, calls: PluginCalls, databases: PluginDatabases,
        database: ConnectionSettings, log: @escaping @Sendable (String, String) -> Void
    ) {
        let doors = PluginDoors(closed: closed)
        self.host = host
        self.plan = plan
        self.doors = doors
        self.calls = calls
        self.databases = databases
        pages = PluginPages(host.plugins, log: log)
        ears = PluginEars(host.plugins, database, calls: calls, isOpen: { doors.isOpen($0) }, log: log)
    }

    /// Those that run and whose doors are open.
    package var open: [LoadedPlugin] { host.plugins.filter { doors.isOpen($0.id) } }

    /// Their permissions, for the catalogue.
    package var permissions: [(plugin: String, permissions: [PluginPermission])] {
        host.plugins.map { ($0.id, $0.permissions) }
    }

    /// Reads from the database whose doors are open. Called when the change feed tells of `plugins`.
    package func refresh(_ connection: Connection) throws {
        doors.set(try PluginStore.disabled(connection))
    }

    /// The kinds of job that plugins bring.
    package var jobKinds: [any JobKind] {
        let (calls, doors) = (calls, doors)
        return host.plugins.flatMap { plugin in
            plugin.jobs.map { PluginJobKind(plugin: plugin.id, job: $0, calls: calls, doors: doors) }
        }
    }

    /// Sees to it that the jobs' schedules are there.
    package func ensureSchedules(_ connection: Connection) throws {
        for job in host.plugins.flatMap(\.jobs) {
            guard let schedule = job.schedule else { continue }
            try JobSchedules.ensure(connection, job.name, cron: schedule, kind: job.name)
        }
    }

    /// Tells of events from here on; not before all else is up.
    package func listen() { ears.start() }

    package func stop() {
        ears.stop()
        host.stop()
        calls.stop()
        databases.stop()
    }
}
