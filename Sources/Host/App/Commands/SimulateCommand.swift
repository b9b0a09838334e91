import AAA
import Dictionary
import HTTP
import PluginAPI
import RADIUS

/// `tollkeeper simulate`: a router that is not there, to try a server with.
enum SimulateCommand {
    /// `simulate login USER` asks once; without a verb whole sessions are lived.
    static let group = CommandGroup(name: "simulate", summary: run.options.summary) { arguments, environment in
        if arguments.first == login.name {
            return login.run(Array(arguments.dropFirst()), environment, command: "tollkeeper simulate login")
        }
        return run.run(arguments, environment, command: "tollkeeper simulate")
    }

    private static let run = Verb(
        "simulate",
        options: Options(
            "be a router: log users in, report their sessions, log them out",
            flags: common + [
                .value("users", "FILE|NAME", "a file of USER PASSWORD [MAC] lines, or a name with # for the number"),
                .value("password", "TEXT", "of users by name; # is the number (pw#)"),
                .value("sessions", "N", "how many at once, 1 to 100000 (10, or all of the file)"),
                .value("interims", "K", "reports between start and stop, 0 to 10000 (2)"),
                .value("interval", "SECONDS", "session time between reports (300)"),
                .value("octets", "N", "octets a session gets per report; a tenth goes up (250000000)"),
                .bool("boot", "begin with Accounting-On, and with it the session ids"),
                .bool("stay", "leave the sessions open"),
            ],
            notes: """
                tollkeeper simulate --secret testing123 --users 'sub#' --password 'pw#' --sessions 100 --interims 4
                tollkeeper simulate login alice --password secret --secret testing123 --method mschapv2
                Nothing waits: session time is simulated, the last report being of now. Exit code 1 if any login was
                refused or anything was not answered.
                """)
    ) { parsed, environment in
        let bng = try SimulatedBNG(try settings(parsed, environment))
        let interims = try parsed.integer("interims", 0...10_000) ?? 2
        let octets = UInt64(try parsed.integer("octets", 0...1_000_000_000_000) ?? 250_000_000)
        var simulation = Simulation(
            lines: try lines(parsed), methods: try methods(parsed), interims: interims,
            interval: Int64(try parsed.integer("interval", 1...86_400) ?? 300))
        simulation.traffic = Traffic(input: octets / 10, output: octets)
        simulation.startsWithBoot = parsed.has("boot")
        simulation.staysOnline = parsed.has("stay")
        let report = simulation.run(bng, now: Moment.now().wall)
        if environment.isJSON {
            environment.print(report.json.text)
        } else {
            report.lines.forEach { environment.print($0) }
        }
        return report.isGood ? ExitCode.done : ExitCode.refused
    }

    private static let login = Verb(
        "login",
        options: Options(
            "ask for one user, and show the answer", positionals: ["USER"],
            flags: common + [
                .value("password", "TEXT", "the password (empty)"), .value("mac", "MAC", "the user's device"),
            ])
    ) { parsed, environment in
        let mac = try parsed.value("mac").map { text -> MACAddress in
            guard let mac = MACAddress(text) else { throw CommandError.misused("--mac `\(text)` is not a MAC") }
            return mac
        }
        let line = AccessLine(
            user: parsed.positionals[0], password: parsed.value("password") ?? "", mac: mac, index: 0)
        let bng = try SimulatedBNG(try settings(parsed, environment))
        switch bng.login(line, by: try methods(parsed)[0], at: Moment.now().wall) {
        case .accepted(_, let reply): return try show(reply, parsed, environment)
        case .rejected(let reply): return try show(reply, parsed, environment)
        case .unanswered(let failure): throw CommandError.refused(failure.description, code: "no_answer")
        case .unproven: throw CommandError.refused("the accept lacks MS-CHAPv2's proof", code: "no_proof")
        }
    }

    private static func show(_ reply: RADIUSClient.Reply, _ parsed: Parsed, _ environment: Environment) throws -> Int32
    {
        let path =
            try Configuration(parsed, environment).dictionary
            ?? Installation(executable: environment.executable).dictionary
        let dictionary = try AttributeDictionary.load(file: path)
        let attributes = dictionary.decode(attributes: Array(reply.bytes.dropFirst(PacketView.headerLength)))
        let code = reply.code == .accessAccept ? "Access-Accept" : "Access-Reject"
        let isAccept = reply.code == .accessAccept
        if environment.isJSON {
            environment.print(
                JSON.object([
                    ("code", .text(code)), ("attributes", .array(attributes.map { .text($0.line) })),
                    ("microseconds", .integer(reply.duration.components.attoseconds / 1_000_000_000_000)),
                ]).text)
        } else {
            environment.print(code)
            attributes.forEach { environment.print("  " + $0.line) }
        }
        return isAccept ? ExitCode.done : ExitCode.refused
    }

    private static let common: [Flag] = [
        .value("server", "ADDRESS", "the server (127.0.0.1)"),
        .value("secret", "TEXT", "the secret it shares with the router", isRequired: true),
        .value("source", "ADDRESS", "the router's own address (127.0.0.1)"),
        .value("shape", "SHAPE", "how the router speaks: \(AccessShape.names) (routeros-pppoe)"),
        .value("method", "METHOD", "pap, chap, mschapv1, mschapv2, or mixed for all in turn (pap)"),
        .bool("allow-remote", "ask a server beyond this machine"),
    ]
}

extension SimulateCommand {
    private static func settings(_ parsed: Parsed, _ environment: Environment) throws -> SimulatedBNG.Settings {
        let configuration = try Configuration(parsed, environment)
        let server = try address("server", parsed) ?? IPAddress(ipv4: 0x7F00_0001)
        guard server.isLoopback || parsed.has("allow-remote") else {
            throw CommandError.refused(
                "\(server) is not this machine", hint: "--allow-remote asks it all the same", code: "remote")
        }
        let loopback = server.isIPv4 ? IPAddress(ipv4: 0x7F00_0001) : IPAddress(high: 0, low: 1)
        let source = try address("source", parsed) ?? (server.isLoopback ? loopback : nil)
        guard let source, source.isIPv4 == server.isIPv4 else {
            throw CommandError.misused("--source is needed: an address of this machine, of the server's family")
        }
        let name = parsed.value("shape") ?? AccessShape.routerOSPPPoE.rawValue
        guard let shape = AccessShape(rawValue: name) else {
            throw CommandError.misused("--shape `\(name)` is none of \(AccessShape.names)")
        }
        return SimulatedBNG.Settings(
            server: server, authPort: configuration.authPort, acctPort: configuration.acctPort,
            secret: parsed.value("secret") ?? "", source: source, shape: shape)
    }

    private static func address(_ flag: String, _ parsed: Parsed) throws -> IPAddress? {
        guard let text = parsed.value(flag) else { return nil }
        guard let address = IPAddress(text) else {
            throw CommandError.misused("--\(flag) `\(text)` is not an IP address")
        }
        return address
    }

    private static func methods(_ parsed: Parsed) throws -> [PasswordMethod] {
        let known: [String: [PasswordMethod]] = [
            "pap": [.pap], "chap": [.chap], "mschapv1": [.msCHAPv1], "mschapv2": [.msCHAPv2],
            "mixed": [.pap, .chap, .msCHAPv2],
        ]
        let name = parsed.value("method") ?? "pap"
        guard let methods = known[name] else {
            throw CommandError.misused("--method `\(name)` is none of \(known.keys.sorted().joined(separator: ", "))")
        }
        return methods
    }

    private static func lines(_ parsed: Parsed) throws -> [AccessLine] {
        let users = parsed.value("users") ?? "sub#"
        let count = try parsed.integer("sessions", 1...100_000)
        if !users.contains("#"), let text = try FileText.read(users) {
            let lines = try LineList.read(text, file: users)
            guard !lines.isEmpty, count ?? 1 <= lines.count else {
                throw CommandError.refused("\(users) has \(lines.count) users")
            }
            return Array(lines.prefix(count ?? lines.count))
        }
        return LineList.make(count ?? 10, user: users, password: parsed.value("password") ?? "pw#")
    }
}

extension IPAddress {
    /// 127.0.0.0/8 or ::1.
    fileprivate var isLoopback: Bool { isIPv4 ? low >> 24 == 127 : high == 0 && low == 1 }
}
