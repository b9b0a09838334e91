import Control
import PluginAPI
import Store

/// What a `serve` is about to run: its processes, and what it says when all of them answer.
struct ServePlan {
    let configuration: Configuration
    let environment: Environment
    let role: ServeRole
    let children: [ChildSpec]
    /// What a new version does before its processes start.
    let preparation: ChildSpec
    /// Printed before `ready`.
    let lines: [String]

    init(
        _ parsed: Parsed, _ configuration: Configuration, _ environment: Environment, _ role: ServeRole,
        _ sockets: [ListeningSocket], _ database: ReadyDatabase
    ) throws {
        if database.isAway, parsed.has("demo") || parsed.has("test-login") {
            throw CommandError.refused("the database is away, and the demo lives in it", hint: "see the log")
        }
        let demoSecret = parsed.has("demo") ? try ServePlan.prepareDemo(database) : nil
        let login = parsed.has("test-login") && demoSecret == nil ? try TestLogin.prepare(database) : nil
        self.configuration = configuration
        self.environment = environment
        self.role = role
        let variables = configuration.variables(over: Notifier.without(environment.variables))
        lines = ServePlan.radclientLines(configuration, login, demoSecret)
        preparation = ChildSpec(
            name: "prepare", arguments: [environment.executable, "prepare-process"], variables: variables,
            descriptors: [])
        children =
            ServePlan.demoProcess(environment, variables, demoSecret)
            + ["radius", "control"].filter(role.runs).map { name in
                let own = sockets.filter { $0.purpose.isWeb == (name == "control") }
                return ChildSpec(
                    name: name,
                    arguments: [environment.executable, "\(name)-process"] + ProcessOrders.arguments(own),
                    variables: variables, descriptors: own.map(\.descriptor), handsOver: name == "radius",
                    isReplaced: true, isTriedAgain: database.isAway)
            }
    }

    /// Fills the demo's records; the secret its routers share is new at each start.
    private static func prepareDemo(_ database: ReadyDatabase) throws -> String {
        let secret = TestLogin.random(20)
        let seal = database.key.seal
        let connection = try Connection(database.settings)
        do {
            try Demo.fill(
                Records(connection, actor: Actor("tollkeeper serve --demo", source: "command line")) {
                    seal.seal($0, for: $1)
                }, secret: secret)
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
        _ environment: Environment, _ variables: [String: String], _ secret: String?
    ) -> [ChildSpec] {
        guard let secret else { return [] }
        var variables = variables
        variables[DemoProcess.secretVariable] = secret
        return [
            ChildSpec(
                name: "demo", arguments: [environment.executable, "demo-process"], variables: variables, descriptors: []
            )
        ]
    }
}
