import Store

/// Brings a plugin's own tables up to date, in a schema of its own that also holds the list of what was applied: to
/// drop the schema is to remove all of it.
enum PluginMigrator {
    /// - owner: for the database's owner, who alone makes tables.
    static func migrate(_ owner: ConnectionSettings, plugin: String, folder: String) throws {
        let migrator = try Migrator(folder: folder, owner: plugin, binaryVersion: 0)
        let connection = try Connection(owner)
        let schema = PluginSQL.schema(plugin)
        try connection.execute("CREATE SCHEMA IF NOT EXISTS \(schema); SET search_path = \(schema)")
        try migrator.migrate(connection)
        let roles = try connection.query("select 1 from pg_roles where rolname = 'tollkeeper_server'")
        if roles.isEmpty { return }
        try connection.execute(
            """
            GRANT USAGE ON SCHEMA \(schema) TO tollkeeper_server;
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA \(schema) TO tollkeeper_server;
            GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA \(schema) TO tollkeeper_server
            """)
    }
}
