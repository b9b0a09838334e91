import AAA
import Control
import EventLoop
import Log
import PluginAPI
import Store

/// `tollkeeper serve`: opens the sockets and the database, and runs the processes until told to stop.
enum ServeCommand {
    static let group = CommandGroup("serve", options: options, run)

    private static let options = Options(
        "run the server in the foreground until SIGTERM or SIGINT",
        flags: [
            .bool("demo", "a small ISP to look at: 2 NAS, 4 services, 60 subscribers, simulated routers"),
            .bool("test-login", "on an empty database, a NAS for 127.0.0.1 and a subscriber to try radclient with"),
            .value("only", "PROCESS", "radius or control alone, with a --database; for a container each"),
        ],
        notes: """
            Prints `ready` and the web address on standard output once everything answers; the log is on standard error.
            SIGHUP and `tollkeeper reload` replace its processes without a lost packet.
            Every option is also a key of the configuration file and a variable: --auth-port is
            `auth-port = 1812` and TOLLKEEPER_AUTH_PORT. A flag goes before a variable, a variable before the file.
            """)

    private static func run(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        var configuration = try Configuration(parsed, environment)
        let log = configuration.log("supervisor")
        for warning in configuration.warnings { log.warning(warning) }
        let role = try ServeRole(parsed, configuration)
        let folder = DataFolder(configuration.data)
        try folder.prepare()
        let lock = try folder.lock("tollkeeper serve", part: role.only)
        let installation = try Installation(executable: environment.executable)
        let found = role.runs("radius") ? try FoundRadius.look(runtime: folder.runtime, log) : nil
        let given = try GivenSockets.take(environment.variables)
        configuration.take(ports: given)
        let sockets = try ServeSockets.open(configuration, role, given: given, found: found?.sockets ?? []) {
            log.warning($0)
        }
        for socket in sockets {
            log.info("listening", [.service: socket.purpose.rawValue, .address: socket.address, .port: socket.port])
        }
        // Until the supervisor hears them, signals wait: a database half started would be left behind.
        let server = try SignalMask.holding(Supervisor.signals) {
            let database = try ReadyDatabase.open(configuration, installation, log, mayBeAway: true)
            // At once: it is made once, and must not be lost should the rest of the start fail.
            announce(database.firstPassword, environment)
            do {
                let plan = try ServePlan(parsed, configuration, environment, role, sockets, database)
                return try RunningServer(plan, database, found: found, log)
            } catch {
                database.stop()
                throw error
            }
        }
        return try withExtendedLifetime(lock) { try server.run() }
    }

    /// On standard output, for who started it.
    private static func announce(_ password: String?, _ environment: Environment) {
        guard let password else { return }
        environment.print("administrator \(FirstAdministrator.username)")
        environment.print("one-time password \(password)")
    }
}
