import Control
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
        noted(folder).contains(settings.description)
    }

    private static func note(_ settings: ConnectionSettings, _ folder: DataFolder) throws {
        let known = noted(folder)
        if known.contains(settings.description) { return }
        let lines = ["# Databases that were made ready from this folder."] + known + [settings.description]
        try TextFile.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: folder.setUp, mode: 0o600)
    }

    /// Host, port and name of each; nothing secret. Two processes of one folder may know one by different names.
    private static func noted(_ folder: DataFolder) -> [String] {
        let text = (try? FileText.read(folder.setUp)) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }
}
