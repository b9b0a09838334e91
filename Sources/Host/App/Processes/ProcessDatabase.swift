import Store

/// How the server's own processes reach the database that `serve` makes ready. The database may be away: that is
/// for each to deal with.
enum ProcessDatabase {
    ///
    /// - isServer: for what the server does day by day; without it, for what only the database's owner may.
    static func settings(
        _ configuration: Configuration, name: String, isServer: Bool = false
    ) throws -> ConnectionSettings {
        var settings: ConnectionSettings
        if let url = configuration.database {
            settings = try ConnectionSettings(url: url)
        } else {
            // Where it is when it runs: whoever connects learns whether it does.
            settings = try PrivateCluster.expected(dataFolder: configuration.data)
        }
        settings.applicationName = "tollkeeper \(name)"
        settings.isServer = isServer
        return settings
    }
}
