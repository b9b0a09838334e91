import Store

/// The database a command works on: the operator's own, or the private one of the data folder.
final class ServerDatabase {
    let settings: ConnectionSettings
    /// The private PostgreSQL, when it was started here.
    private let cluster: PrivateCluster?
    private let lock: DataFolderLock?

    private init(_ settings: ConnectionSettings, cluster: PrivateCluster? = nil, lock: DataFolderLock? = nil) {
        self.settings = settings
        self.cluster = cluster
        self.lock = lock
    }

    /// For `serve`, which holds the folder's lock: starts the private PostgreSQL, or adopts the one that runs.
    static func start(_ configuration: Configuration) throws -> ServerDatabase {
        if let url = configuration.database { return ServerDatabase(try ConnectionSettings(url: url)) }
        let cluster = try PrivateCluster(dataFolder: configuration.data)
        try cluster.start()
        return ServerDatabase(cluster.settings, cluster: cluster)
    }

    /// For a process of a running server: the database that `serve` started or was given.
    static func running(_ configuration: Configuration) throws -> ConnectionSettings {
        if let url = configuration.database { return try ConnectionSettings(url: url) }
        guard let settings = PrivateCluster.running(dataFolder: configuration.data) else {
            throw CommandError.refused("the private PostgreSQL of \(configuration.data) does not run")
        }
        return settings
    }

    /// For a command: the running server's database, or else one started for the call and stopped with it. Makes no
    /// new installation: throws `.refused` when the data folder was never set up.
    static func with<Result>(
        _ configuration: Configuration, _ command: String, _ body: (ConnectionSettings) throws -> Result
    ) throws -> Result {
        let folder = DataFolder(configuration.data)
        if configuration.database == nil, !folder.isInitialised {
            throw CommandError.refused(
                "\(folder.path) is not a Tollkeeper data folder", hint: "`tollkeeper init` makes one; --data names it")
        }
        let database = try reach(configuration, command)
        defer { database.stop() }
        return try body(database.settings)
    }

    /// The running one, or one started here.
    static func reach(_ configuration: Configuration, _ command: String) throws -> ServerDatabase {
        if configuration.database != nil { return try start(configuration) }
        if let settings = PrivateCluster.running(dataFolder: configuration.data) { return ServerDatabase(settings) }
        let lock = try DataFolder(configuration.data).lock("tollkeeper \(command)")
        let cluster = try PrivateCluster(dataFolder: configuration.data)
        try cluster.start()
        return ServerDatabase(cluster.settings, cluster: cluster, lock: lock)
    }

    /// Stops what was started here.
    func stop() { cluster?.stop() }
}
