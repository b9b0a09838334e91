import Glibc
import Log
import Store

/// The key file at start: made for a new database, demanded for one that holds secrets.
enum KeyStart {
    /// Throws `.refused` when the file is missing though secrets were sealed under it: without it they are lost, and a
    /// new one would hide that.
    static func open(_ path: String, _ connection: Connection, _ log: Log) throws -> KeyFile {
        if access(path, F_OK) == 0 { return try KeyFile(reading: path) }
        if try holdsSecrets(connection) {
            throw CommandError.refused(
                "the key file \(path) is missing, and the database holds secrets that were sealed under it",
                hint: "put the key file back from its backup; without it every password must be set anew",
                code: "key_missing")
        }
        log.info("key file made", [.path: path])
        return try KeyFile.create(path)
    }

    /// Tries the key on what is sealed. Throws `.refused` when it does not open: better now than at a login.
    static func check(_ key: KeyFile, _ connection: Connection) throws {
        guard let problem = try key.check(connection).problems.first else { return }
        throw CommandError.refused(
            "the key file \(key.path) does not fit this database: \(problem)", hint: "put back the right one",
            code: "wrong_key")
    }

    private static func holdsSecrets(_ connection: Connection) throws -> Bool {
        let there = try connection.query("select to_regclass('subscribers') is not null")
        guard there.first?.bool(0) == true else { return false }
        return try connection.query(
            """
            select exists (select from subscribers where password_sealed is not null)
                or exists (select from nas_devices where secret_sealed is not null or api_password_sealed is not null)
            """
        ).first?.bool(0) ?? false
    }
}
