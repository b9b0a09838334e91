import Store

/// What a new version does before its processes start beside the old ones: brings the schema up to date and tries the
/// key and the certificate. A schema is only ever extended under a running version (see Migrator), so the old ones go on.
enum PrepareProcess {
    static func main(
        _ orders: ProcessOrders, _ configuration: Configuration, _ environment: Environment
    ) throws -> Int32 {
        try WebServer.checkCertificate(configuration)
        let installation = try Installation(executable: environment.executable)
        let settings = try ProcessDatabase.settings(configuration, name: "prepare")
        _ = try DatabaseSetup.run(settings, configuration, installation, configuration.log("prepare"))
        return ExitCode.done
    }
}
