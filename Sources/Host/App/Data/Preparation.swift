import Store

/// Brings a database and its key to the state that `serve` needs. Each step is harmless when done already.
struct Preparation {
    let configuration: Configuration
    let installation: Installation
    let connection: Connection

    /// Applies the missing migrations; gives their names.
    func migrate() throws -> [String] {
        try Migrator(folder: installation.migrations).migrate(connection)
    }

    /// Reads the key file, or makes one as long as nothing was ever sealed: a new key in place of a lost one would
    /// only look as if all were well. Gives whether it was made.
    func makeKey() throws -> Bool {
        let path = DataFolder(configuration.data).key
        if DataFolder(configuration.data).isInitialised {
            _ = try checkedKey()
            return false
        }
        for column in SealedColumn.all {
            let sql = "SELECT EXISTS (SELECT FROM \(column.table) WHERE \(column.column) IS NOT NULL)"
            guard try connection.query(sql)[0].bool(0) else { continue }
            throw CommandError.refused(
                "the key file \(path) is gone, and the database has secrets that only it opens",
                hint: "put it back from its backup", code: "key_missing")
        }
        _ = try KeyFile.create(path)
        return true
    }

    /// The key file, tried on the database. Throws when it is missing or does not open what is sealed.
    func checkedKey() throws -> KeyFile {
        let key = try KeyFile(reading: DataFolder(configuration.data).key)
        if let problem = try key.check(connection).problems.first {
            throw CommandError.refused(
                "the key file \(key.path) does not fit this database: \(problem)", hint: "put back the right one",
                code: "wrong_key")
        }
        return key
    }

    /// Makes the first administrator when there is no operator at all; gives his password, which he must change.
    func makeAdministrator() throws -> String? {
        let password = OneTimePassword.make()
        let made = try connection.query(
            """
            INSERT INTO operators (username, full_name, password_scrypt)
            SELECT 'admin', 'Administrator', $1 WHERE NOT EXISTS (SELECT FROM operators) RETURNING id
            """, [.text(Scrypt.hash(password))])
        return made.isEmpty ? nil : password
    }
}
