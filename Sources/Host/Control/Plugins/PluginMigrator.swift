import Store

/// Brings a plugin's own tables up to date, in a schema of its own that also holds the list of what was applied: to
/// drop the schema is to remove all of it.
enum PluginMigrator {
    static func migrate(_ database: ConnectionSettings, plugin: String, folder: String) throws {
        let migrator = try Migrator(folder: folder, owner: plugin, binaryVersion: 0)
        let connection = try Connection(database)
        let schema = PluginSQL.schema(plugin)
        try connection.execute("CREATE SCHEMA IF NOT EXISTS \(schema); SET search_path = \(schema)")
        try migrator.migrate(connection)
    }
}
