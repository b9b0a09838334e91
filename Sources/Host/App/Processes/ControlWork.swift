import Control
import Dictionary
import Glibc
import Log
import Policy
import Store

/// What the control plane does with the database: plugins, compiled plans, housekeeping.
final class ControlWork {
    /// For the log.
    let about: String
    private let plugins: PluginDesk
    private let desk: PolicyDesk
    private let housekeeper: Housekeeper
    private let errands: Errands
    let alarms: AlarmStart

    /// - preparing: the server was started without the database, so this may be its first sight of this version.
    /// - kinds: what the API's endpoints start as jobs.
    /// - place: where the API finds the plugins.
    init(
        _ configuration: Configuration, _ environment: Environment, _ log: Log, kinds: [any JobKind],
        place: PluginPlace, preparing: Bool = false
    ) throws {
        let installation = try Installation(executable: environment.executable)
        if preparing {
            let owner = try ProcessDatabase.settings(configuration, name: "control")
            _ = try DatabaseSetup.run(owner, configuration, installation, log)
        }
        let database = try ProcessDatabase.settings(configuration, name: "control", isServer: true)
        let connection = try Connection(database)
        let keys = try KeyRing(path: DataFolder(configuration.data).key)
        plugins = try PluginStart.load(configuration, installation, keys, log)
        do {
            try plugins.host.checkRequired()
            try plugins.ensureSchedules(connection)
            place.put(plugins) { log.warning("\($0): \($1)") }
            let dictionary = try AttributeDictionary.load(file: configuration.dictionary ?? installation.dictionary)
            let inbox = PasswordInbox(seal: { keys.seal($0, for: $1) }, log: { log.warning($0) })
            desk = try PolicyDesk(
                database, dialects: plugins.host.dialects, dictionary: dictionary, inbox: inbox, plugins: plugins
            ) { log.warning($0) }
            alarms = try AlarmStart.start(database, configuration, log)
            errands = try Errands(
                database, kinds: kinds + plugins.jobKinds + [AuditExport(alarms.witnesses)],
                runner: "\(Syslog.hostName()) \(getpid())"
            ) { log.warning($0) }
        } catch {
            plugins.stop()
            throw error
        }
        housekeeper = Housekeeper(database) { log.warning($0) }
        about = "plugins=\(plugins.host.reports.count) dialects=\(plugins.host.dialects.count)"
        plugins.listen()
    }

    func stop() {
        errands.stop()
        alarms.stop()
        housekeeper.stop()
        desk.stop()
        plugins.stop()
    }
}
