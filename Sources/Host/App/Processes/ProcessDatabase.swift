import Store

/// How the server's own processes reach the database that `serve` has made ready.
enum ProcessDatabase {
    static func settings(_ configuration: Configuration, name: String) throws -> ConnectionSettings {
        var settings: ConnectionSettings
        if let url = configuration.database {
            settings = try ConnectionSettings(url: url)
        } else if let running = PrivateCluster.running(dataFolder: configuration.data) {
            settings = running
        } else {
            throw CommandError.refused("the private PostgreSQL of \(configuration.data) does not run")
        }
        settings.applicationName = "tollkeeper \(name)"
        return settings
    }
}
