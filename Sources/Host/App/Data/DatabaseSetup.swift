import Control
import Glibc
import Log
import Store

/// Makes a reachable database fit for this version: its tables, its key, its first administrator.
enum DatabaseSetup {
    struct Result {
        let key: KeyFile
        /// The first administrator's password, when it was made just now.
        let firstPassword: String?
    }

    static func run(
        _ settings: ConnectionSettings, _ configuration: Configuration, _ installation: Installation, _ log: Log
    ) throws -> Result {
        let folder = DataFolder(configuration.data)
        let connection = try Connection(settings)
        let key = try KeyStart.open(folder.key, connection, log)
        for name in try Migrator(folder: installation.migrations).migrate(connection) {
            log.info("migration applied", [.name: name])
        }
        try KeyStart.check(key, connection)
        let password = try FirstAdministrator.make(connection)
        try note(settings, folder)
        return Result(key: key, firstPassword: password)
    }

    /// Whether this database was made ready before, so that a start without it makes sense.
    static func wasDone(_ settings: ConnectionSettings, _ folder: DataFolder) -> Bool {
        (try? FileText.read(folder.setUp)) == text(settings)
    }

    private static func note(_ settings: ConnectionSettings, _ folder: DataFolder) throws {
        if wasDone(settings, folder) { return }
        try TextFile.write(Array(text(settings).utf8), to: folder.setUp, mode: 0o600)
    }

    /// Host, port and name; nothing secret.
    private static func text(_ settings: ConnectionSettings) -> String {
        "The database that was made ready last: \(settings.description)\n"
    }
}
