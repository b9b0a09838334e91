/// Brings a schema up to date: each migration once, in order, in a transaction of its own, under one advisory lock,
/// recorded with its checksum in `schema_migrations`.
package struct Migrator: Sendable {
    /// Number of this binary, raised when a migration needs newer code. A schema says in `schema_requirements` which
    /// is the oldest that works with it; so a rolling upgrade runs version N on schema N+1.
    package static let binaryVersion = 1

    /// Any number, the same in all versions: two starting servers take turns.
    private static let lock = 7_220_946

    /// `core`, or the id of the plugin that owns the migrations.
    package let owner: String
    package let migrations: [Migration]
    private let binaryVersion: Int

    /// Reads the folder's files. Throws `.setup` when they can't be read or a number is doubled.
    package init(folder: String, owner: String = "core", binaryVersion: Int = Migrator.binaryVersion)
        throws(StoreError)
    {
        self.owner = owner
        self.binaryVersion = binaryVersion
        migrations = try Migration.all(in: folder)
        if migrations.isEmpty { throw StoreError(.setup, "there are no migrations in \(folder)") }
    }

    /// Applies what is missing and returns the names applied. Throws `.setup`, saying what to do, when this binary is
    /// too old for the schema or an applied migration's file has changed or is gone.
    @discardableResult
    package func migrate(_ connection: Connection) throws -> [String] {
        try connection.query("SELECT pg_advisory_lock($1)", [.int(Self.lock)])
        defer { _ = try? connection.query("SELECT pg_advisory_unlock($1)", [.int(Self.lock)]) }
        try connection.execute(Self.bookkeeping)
        let missing = try verified(connection)
        for migration in missing { try apply(migration, connection) }
        return missing.map(\.name)
    }

    /// Checks without changing: throws as `migrate` does, and gives the names that are missing.
    package func check(_ connection: Connection) throws -> [String] {
        let known = try connection.query("SELECT to_regclass('schema_migrations') IS NOT NULL").first?.bool(0) ?? false
        return known ? try verified(connection).map(\.name) : migrations.map(\.name)
    }

    private func verified(_ connection: Connection) throws(StoreError) -> [Migration] {
        let oldest = try connection.query("SELECT coalesce(max(oldest_binary), 0) FROM schema_requirements")[0].int(0)
        guard oldest <= binaryVersion else {
            throw StoreError(
                .setup,
                "the database's schema needs Tollkeeper of schema version \(oldest) or later; this one is "
                    + "\(binaryVersion). Start the newer version, or restore the backup made before the upgrade.")
        }
        let applied = try connection.query(
            "SELECT number, name, checksum FROM schema_migrations WHERE owner = $1 ORDER BY number", [.text(owner)])
        for row in applied { try compare(row) }
        let numbers = Set(applied.map { $0.int("number") })
        return migrations.filter { !numbers.contains($0.number) }
    }

    private func compare(_ row: Row) throws(StoreError) {
        let number = row.int("number")
        let name = row.text("name")
        guard let file = migrations.first(where: { $0.number == number }) else {
            // A later version's migration, allowed by schema_requirements.
            if number > migrations[migrations.count - 1].number { return }
            throw StoreError(
                .setup, "migration \(name) was applied, but its file is gone. Install the package again.")
        }
        guard file.checksum == row.text("checksum") else {
            throw StoreError(
                .setup,
                "migration \(name) has changed since it was applied to this database. Put the original file back "
                    + "(install the package again) and make the change in a new migration.")
        }
    }

    private func apply(_ migration: Migration, _ connection: Connection) throws {
        do {
            try connection.transaction {
                try connection.execute(migration.sql)
                try connection.query(
                    "INSERT INTO schema_migrations (owner, number, name, checksum) VALUES ($1, $2, $3, $4)",
                    [
                        .text(owner), .int(migration.number), .text(migration.name), .text(migration.checksum),
                    ])
            }
        } catch let error as StoreError {
            throw StoreError(
                error.kind, "migration \(migration.name) failed and changed nothing: \(error.message)",
                sqlState: error.sqlState)
        }
    }

    private static let bookkeeping = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            owner text NOT NULL, number int NOT NULL, name text NOT NULL, checksum text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (owner, number));
        CREATE TABLE IF NOT EXISTS schema_requirements (
            owner text PRIMARY KEY, oldest_binary int NOT NULL);
        """
}
