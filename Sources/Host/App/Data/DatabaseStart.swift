import Control
import Log
import Store

/// The database at start: ready for use, or away, in which case logins are answered from what is known without it.
struct ReadyDatabase {
    let settings: ConnectionSettings
    /// The private one, which this process runs; stopped by `stop`.
    let cluster: PrivateCluster?
    let key: KeyFile
    /// The first administrator's password, when it was made just now.
    let firstPassword: String?
    /// Whether it is not reached now. Only one that was made ready before may be.
    let isAway: Bool

    func stop() { cluster?.stop() }

    /// Opens the operator's database, or starts the private one. Whoever calls holds the data folder's lock. `mayBeAway`:
    /// one that was made ready before and is not reached now is said, and no reason to throw.
    static func open(
        _ configuration: Configuration, _ installation: Installation, _ log: Log, mayBeAway: Bool = false
    ) throws -> ReadyDatabase {
        let cluster = configuration.database == nil ? try PrivateCluster(dataFolder: configuration.data) : nil
        var settings = try ProcessDatabase.settings(configuration, name: "serve")
        do {
            if let cluster {
                try cluster.start()
                settings = cluster.settings
                log.info(cluster.wasAdopted ? "private PostgreSQL adopted" : "private PostgreSQL started")
            }
            let done = try DatabaseSetup.run(settings, configuration, installation, log)
            return ReadyDatabase(
                settings: settings, cluster: cluster, key: done.key, firstPassword: done.firstPassword, isAway: false)
        } catch {
            let folder = DataFolder(configuration.data)
            guard mayBeAway, isAway(error, cluster), DatabaseSetup.wasDone(settings, folder),
                let key = try? KeyFile(reading: folder.key)
            else {
                cluster?.stop()
                throw error
            }
            log.error("the database is away, and everything starts without it", [.error: error])
            return ReadyDatabase(settings: settings, cluster: cluster, key: key, firstPassword: nil, isAway: true)
        }
    }

    /// A wrong password or a schema that is too new is for a person to mend; a server that is not there comes back.
    private static func isAway(_ error: any Error, _ cluster: PrivateCluster?) -> Bool {
        guard let error = error as? StoreError else { return false }
        if let cluster { return !cluster.isRunning }
        return error.kind == .connection
    }
}
