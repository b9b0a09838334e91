/// One thing that can be done to a noun: its options, and what runs when they have been read.
struct Verb: Sendable {
    typealias Body = @Sendable (Parsed, Environment) throws -> Int32
    let name: String
    let options: Options
    let body: Body

    init(_ name: String, options: Options, _ body: @escaping Body) {
        self.name = name
        self.options = options
        self.body = body
    }

    /// Reads the arguments and runs the body; prints help or the error. `command` is the full name, for both.
    func run(_ arguments: [String], _ environment: Environment, command: String) -> Int32 {
        var environment = environment
        environment.isJSON = arguments.contains("--json")
        if Options.asksForHelp(arguments) {
            environment.writeOutput(options.help(command))
            return ExitCode.done
        }
        do {
            return try body(options.parse(arguments), environment)
        } catch CommandError.misused(let message, let hint) {
            let advice = hint ?? "see `\(command) --help`"
            return environment.report(CommandError.misused(message, hint: advice), of: command)
        } catch {
            return environment.report(error, of: command)
        }
    }
}

/// The verbs of one noun.
struct VerbTable: Sendable {
    let noun: String
    let summary: String
    let verbs: [Verb]

    func run(_ arguments: [String], _ environment: Environment) -> Int32 {
        let command = "tollkeeper \(noun)"
        guard let name = arguments.first else {
            environment.writeError(help)
            return ExitCode.misused
        }
        if name == "--help" || name == "-h" || name == "help" {
            environment.writeOutput(help)
            return ExitCode.done
        }
        guard let verb = verbs.first(where: { $0.name == name }) else {
            let hint = "it has: \(verbs.map(\.name).joined(separator: ", ")); see `\(command) --help`"
            let error = CommandError.misused("there is no `\(command) \(name)`", hint: hint)
            return environment.report(error, of: command)
        }
        return verb.run(Array(arguments.dropFirst()), environment, command: "\(command) \(name)")
    }

    private var help: String {
        let rows = verbs.map { ($0.name, $0.options.summary) }
        return "tollkeeper \(noun): \(summary)\n\nUsage: tollkeeper \(noun) VERB …\n\nVerbs:\n"
            + HelpTable.text(rows) + "\nEvery verb has --help.\n"
    }
}
