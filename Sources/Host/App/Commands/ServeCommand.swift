import Control
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
        ],
        notes: """
            Prints `ready` and the web address on standard output once everything answers; the log is on standard error.
            Every option is also a key of the configuration file and a variable: --auth-port is
            `auth-port = 1812` and TOLLKEEPER_AUTH_PORT. A flag goes before a variable, a variable before the file.
            """)

    private static func run(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let configuration = try Configuration(parsed, environment)
        let log = configuration.log("supervisor")
        for warning in configuration.warnings { log.warning(warning) }
        let folder = DataFolder(configuration.data)
        try folder.prepare()
        let lock = try folder.lock("tollkeeper serve")
        let installation = try Installation(executable: environment.executable)
        let sockets = try openSockets(configuration)
        for socket in sockets {
            log.info("listening", [.service: socket.purpose.rawValue, .address: socket.address, .port: socket.port])
        }
        // Until the supervisor hears them, signals wait: a database half started would be left behind.
        let (database, supervisor) = try SignalMask.holding(Supervisor.stopSignals) {
            let database = try ReadyDatabase.open(configuration, installation, log)
            // At once: it is made once, and must not be lost should the rest of the start fail.
            announce(database.firstPassword, environment)
            let demoSecret = parsed.has("demo") ? try prepareDemo(database) : nil
            let login = parsed.has("test-login") && demoSecret == nil ? try TestLogin.prepare(database) : nil
            let lines = radclientLines(configuration, login, demoSecret)
            let children =
                demoProcess(configuration, environment, demoSecret)
                + processes(configuration, environment, sockets)
            let supervisor = try Supervisor(children, log: log) {
                log.info("ready", [.url: webAddress(configuration)])
                for line in lines { environment.print(line) }
                environment.print("ready \(webAddress(configuration))")
            }
            try supervisor.onRounds(every: .seconds(1)) { database.keepRunning(log) }
            return (database, supervisor)
        }
        defer {
            database.stop()
            log.info("stopped")
        }
        return try withExtendedLifetime(lock) { try supervisor.run() }
    }

    /// On standard output, for who started it.
    private static func announce(_ password: String?, _ environment: Environment) {
        guard let password else { return }
        environment.print("administrator \(FirstAdministrator.username)")
        environment.print("one-time password \(password)")
    }

    /// Fills the demo's records; the secret its routers share is new at each start.
    private static func prepareDemo(_ database: ReadyDatabase) throws -> String {
        let secret = TestLogin.random(20)
        let seal = database.key.seal
        let connection = try Connection(database.settings)
        do {
            try Demo.fill(
                Records(connection, actor: "tollkeeper serve --demo") { seal.seal($0, for: $1) }, secret: secret)
        } catch let refusal as RecordRefusal {
            throw CommandError.refused(
                "the demo can't be set up: \(refusal.message)", hint: refusal.hint ?? "give it a data folder of its own"
            )
        }
        return secret
    }

    private static let tryText = "to try a login, paste:"

    /// What a newcomer pastes to see an Access-Accept.
    private static func radclientLines(
        _ configuration: Configuration, _ login: TestLogin?, _ demoSecret: String?
    ) -> [String] {
        if let login { return [tryText, login.commandLine(port: configuration.authPort)] }
        guard let demoSecret, let line = Demo.testLine else { return [] }
        let demo = TestLogin(secret: demoSecret, user: line.user, password: line.password, mac: line.mac)
        return [tryText, demo.commandLine(port: configuration.authPort)]
    }

    private static func demoProcess(
        _ configuration: Configuration, _ environment: Environment, _ secret: String?
    ) -> [ChildSpec] {
        guard let secret else { return [] }
        var variables = configuration.variables(over: environment.variables)
        variables[DemoProcess.secretVariable] = secret
        return [
            ChildSpec(
                name: "demo", arguments: [environment.executable, "demo-process"], variables: variables, descriptors: []
            )
        ]
    }

    private static func openSockets(_ configuration: Configuration) throws -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        let ports: [(ListeningSocket.Purpose, UInt16)] = [
            (.auth, configuration.authPort), (.acct, configuration.acctPort), (.http, configuration.httpPort),
        ]
        for (purpose, port) in ports {
            for address in configuration.listen {
                let isOptional = !configuration.listenIsGiven && !address.isIPv4
                let socket = try ListeningSocket.open(purpose, address, port, isOptional: isOptional)
                if let socket { sockets.append(socket) }
            }
        }
        return sockets
    }

    private static func processes(
        _ configuration: Configuration, _ environment: Environment, _ sockets: [ListeningSocket]
    ) -> [ChildSpec] {
        let variables = configuration.variables(over: environment.variables)
        return [("radius", [.auth, .acct]), ("control", [ListeningSocket.Purpose.http])].map { name, purposes in
            let own = sockets.filter { purposes.contains($0.purpose) }
            return ChildSpec(
                name: name,
                arguments: [environment.executable, "\(name)-process"] + ProcessOrders.arguments(own),
                variables: variables, descriptors: own.map(\.descriptor))
        }
    }

    /// Where a browser on this machine finds the server.
    static func webAddress(_ configuration: Configuration) -> String {
        let address = configuration.listen.first { $0.isIPv4 } ?? configuration.listen[0]
        let isAny = address.high == 0 && address.low == 0
        let host = isAny ? (address.isIPv4 ? "127.0.0.1" : "::1") : address.description
        return "http://\(host.contains(":") ? "[\(host)]" : host):\(configuration.httpPort)/"
    }
}
