import Control
import Log
import Store

/// The database ready for use: reachable, migrated, with its key and an administrator.
struct ReadyDatabase {
    let settings: ConnectionSettings
    /// The private one when this process started it; stopped by `stop`.
    let cluster: PrivateCluster?
    let key: KeyFile
    /// The first administrator's password, when it was made just now.
    let firstPassword: String?

    func stop() { cluster?.stop() }

    /// Starts the private one again when it has fallen.
    func keepRunning(_ log: Log) {
        do {
            if try cluster?.startAgainIfEnded() == true { log.warning("private PostgreSQL fell and was started again") }
        } catch {
            log.error("private PostgreSQL fell and can't be started again", [.error: error])
        }
    }

    /// Opens the operator's database, or starts the private one. Whoever calls holds the data folder's lock.
    static func open(
        _ configuration: Configuration, _ installation: Installation, _ log: Log
    ) throws -> ReadyDatabase {
        let (settings, cluster) = try server(configuration, log)
        do {
            let connection = try Connection(settings)
            let key = try KeyStart.open(DataFolder(configuration.data).key, connection, log)
            for name in try Migrator(folder: installation.migrations).migrate(connection) {
                log.info("migration applied", [.name: name])
            }
            try KeyStart.check(key, connection)
            let password = try FirstAdministrator.make(connection)
            return ReadyDatabase(settings: settings, cluster: cluster, key: key, firstPassword: password)
        } catch {
            cluster?.stop()
            throw error
        }
    }

    private static func server(
        _ configuration: Configuration, _ log: Log
    ) throws -> (ConnectionSettings, PrivateCluster?) {
        if let url = configuration.database { return (try ConnectionSettings(url: url), nil) }
        let cluster = try PrivateCluster(dataFolder: configuration.data)
        try cluster.start()
        log.info(cluster.wasAdopted ? "private PostgreSQL adopted" : "private PostgreSQL started")
        return (cluster.settings, cluster)
    }
}
