import Store
import Threads

/// The databases of all plugins, each made when its plugin is equipped.
final class PluginDatabases: Sendable {
    private let made: Locked<[String: PluginDatabase]> = Locked([:])
    private let settings: ConnectionSettings
    private let jobs: any PluginJobHost

    init(_ settings: ConnectionSettings, jobs: any PluginJobHost) {
        self.settings = settings
        self.jobs = jobs
    }

    func database(of plugin: String) -> PluginDatabase {
        made.withLock { [settings, jobs] made in
            if let database = made[plugin] { return database }
            let database = PluginDatabase(plugin, settings, jobs: jobs)
            made[plugin] = database
            return database
        }
    }

    func stop() {
        let all = made.withLock { Array($0.values) }
        for database in all { database.stop() }
    }
}
