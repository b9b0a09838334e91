import Glibc

/// A PostgreSQL of our own in the data folder: made at first use, reached by a unix socket only, stopped with us.
///
/// The caller holds the folder's `DataFolderLock`. A postmaster that outlived its last owner is adopted; what is left
/// of one that was killed is cleared away. One thread at a time uses it.
package final class PrivateCluster {
    package static let databaseName = "tollkeeper"
    static let roleName = "tollkeeper"

    /// Real path of the cluster: `postgresql` in the data folder.
    let folder: String
    let user: ServiceUser
    /// False only for tests: a crash then may lose the database.
    let isDurable: Bool
    /// Holds the socket; 0700, short (a socket's path has at most 107 bytes).
    private(set) var runtimeFolder: String
    private(set) var postmaster: Int32?
    /// Whether the running postmaster was found rather than started.
    package private(set) var wasAdopted = false
    package var isRunning: Bool { postmaster != nil }

    /// Throws `.setup` when the folder can't be used by the user who runs PostgreSQL.
    package init(dataFolder: String, durable: Bool = true) throws(StoreError) {
        user = try .forDatabase()
        isDurable = durable
        try Folder.make(dataFolder, mode: geteuid() == 0 ? 0o711 : 0o700)
        folder = try Folder.real(dataFolder) + "/postgresql"
        runtimeFolder = Self.runtimeFolder(for: folder)
    }

    /// How to connect, once started.
    package var settings: ConnectionSettings {
        ConnectionSettings(socketFolder: runtimeFolder, user: Self.roleName, database: Self.databaseName)
    }

    /// Settings of the cluster in `dataFolder` when its postmaster runs; for commands beside a running server.
    package static func running(dataFolder: String) -> ConnectionSettings? {
        guard let folder = try? Folder.real(dataFolder) + "/postgresql" else { return nil }
        let processes = ClusterProcesses(folder: folder)
        guard processes.livingPostmaster() != nil, let socketFolder = processes.socketFolder else { return nil }
        return ConnectionSettings(socketFolder: socketFolder, user: roleName, database: databaseName)
    }

    /// Settings of the cluster in `dataFolder`, whether it runs or not.
    package static func expected(dataFolder: String) throws(StoreError) -> ConnectionSettings {
        if let settings = running(dataFolder: dataFolder) { return settings }
        let socketFolder = runtimeFolder(for: try Folder.real(dataFolder) + "/postgresql")
        return ConnectionSettings(socketFolder: socketFolder, user: roleName, database: databaseName)
    }

    /// Makes the cluster if there is none, adopts or starts its postmaster and waits till it answers.
    /// - patience: how long a start, crash recovery included, may take.
    package func start(patience: Duration = .seconds(600)) throws(StoreError) {
        try Folder.checkReachable(folder, by: user)
        let programs = try PostgresPrograms.find(major: try clusterVersion(), as: user)
        try prepareRuntimeFolder()
        if try clusterVersion() == nil { try create(programs) }
        let processes = ClusterProcesses(folder: folder)
        if let living = processes.livingPostmaster(), try adopt(living, patience) { return }
        try processes.clearRemains()
        unlink("\(runtimeFolder)/.s.PGSQL.5432.lock")
        try writeConfiguration()
        try launch(programs, patience)
        try createDatabase()
    }

    /// Starts the postmaster again when it has ended by itself: killed for want of memory, say. True when it had; the
    /// call waits for its recovery. Throws when it can't be started, and tries again when called again.
    package func startAgainIfEnded() throws(StoreError) -> Bool {
        if let postmaster {
            guard ChildProcess.ended(postmaster) != nil else { return false }
            self.postmaster = nil
        }
        try start()
        return true
    }

    /// Stops the postmaster: sessions are ended, everything is written. After `patience` it is stopped hard, which
    /// costs a recovery at the next start and nothing else.
    package func stop(patience: Duration = .seconds(60)) {
        guard let postmaster else { return }
        kill(postmaster, SIGINT)
        if !waitForEnd(of: postmaster, patience) {
            kill(postmaster, SIGQUIT)
            _ = waitForEnd(of: postmaster, .seconds(10))
        }
        self.postmaster = nil
        rmdir(runtimeFolder)
    }

    /// Removes a stopped cluster with all its data; for throw-away ones.
    package func erase() {
        precondition(postmaster == nil, "a running cluster can't be erased")
        Folder.remove(folder)
        Folder.remove(runtimeFolder)
        rmdir(TextFile.parent(folder))
    }

    /// True: it answers. False: it was on its way down and is gone.
    private func adopt(_ living: Int32, _ patience: Duration) throws(StoreError) -> Bool {
        let deadline = ContinuousClock.now + patience
        // The last owner may have had another runtime folder.
        if let socketFolder = ClusterProcesses(folder: folder).socketFolder { runtimeFolder = socketFolder }
        while ChildProcess.ended(living) == nil {
            if isUnreachable {
                // It never makes the socket again, and nobody else has a way in: only a restart helps.
                postmaster = living
                stop()
                break
            }
            if (try? Connection(settings.database("postgres"))) != nil {
                postmaster = living
                wasAdopted = true
                try createDatabase()
                return true
            }
            guard ContinuousClock.now < deadline else {
                throw StoreError(
                    .setup,
                    "the PostgreSQL in \(folder) (process \(living)) runs but does not answer; "
                        + "see \(folder)/log, or stop it: kill -INT \(living)")
            }
            usleep(50_000)
        }
        runtimeFolder = Self.runtimeFolder(for: folder)
        try prepareRuntimeFolder()
        return false
    }

    /// Whether the postmaster made its socket (its pid file says so) and someone has removed it since.
    private var isUnreachable: Bool {
        guard let socketFolder = ClusterProcesses(folder: folder).socketFolder else { return false }
        return !TextFile.exists("\(socketFolder)/.s.PGSQL.5432")
    }

    private func launch(_ programs: PostgresPrograms, _ patience: Duration) throws(StoreError) {
        let log = "\(folder)/start.log"
        let output = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard output >= 0 else { throw TextFile.failure("can't write", log) }
        defer { close(output) }
        fchown(output, user.uid, user.gid)
        let child = try ChildProcess.start(
            programs.postgres, ["-D", folder], as: user, folder: folder, output: output, ownSession: true)
        let deadline = ContinuousClock.now + patience
        while true {
            if let status = ChildProcess.ended(child) { throw startFailure(status, log) }
            if (try? Connection(settings.database("postgres"))) != nil { break }
            guard ContinuousClock.now < deadline else {
                kill(child, SIGINT)
                throw StoreError(.setup, "the private PostgreSQL did not come up in \(patience); see \(folder)/log")
            }
            usleep(20_000)
        }
        postmaster = child
        wasAdopted = false
    }

    private func startFailure(_ status: Int32, _ log: String) -> StoreError {
        let said = (try? TextFile.read(log)).map { String(decoding: $0.suffix(600), as: UTF8.self).oneLine } ?? ""
        return StoreError(
            .setup, "the private PostgreSQL ended at its start with status \(status): \(said) (more in \(folder)/log)")
    }

    private func createDatabase() throws(StoreError) {
        let connection = try Connection(settings.database("postgres"))
        let name = Self.databaseName
        if try connection.query("SELECT FROM pg_database WHERE datname = $1", [.text(name)]).isEmpty {
            try connection.execute("CREATE DATABASE \(name)")
        }
    }

    private func waitForEnd(of process: Int32, _ patience: Duration) -> Bool {
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            if ChildProcess.ended(process) != nil { return true }
            usleep(20_000)
        }
        return false
    }
}
