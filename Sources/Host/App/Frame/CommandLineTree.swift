/// All nouns of the program. A noun is added by putting its group into `tollkeeper` (CommandLineTree+nouns.swift).
struct CommandLineTree: Sendable {
    let groups: [CommandGroup]

    /// Runs the command that the arguments (program name first) ask for; gives the exit code.
    func run(_ arguments: [String], _ environment: Environment) -> Int32 {
        guard arguments.count > 1 else {
            environment.writeError(help)
            return ExitCode.misused
        }
        let name = arguments[1]
        switch name {
        case "--help", "-h", "help":
            environment.writeOutput(help)
            return ExitCode.done
        case "--version":
            environment.print("tollkeeper \(Version.text)")
            return ExitCode.done
        default:
            guard let group = groups.first(where: { $0.name == name }) else { return unknown(name, environment) }
            return group.run(Array(arguments.dropFirst(2)), environment)
        }
    }

    private func unknown(_ name: String, _ environment: Environment) -> Int32 {
        let near = Spelling.nearest(name, in: groups.filter { !$0.isHidden }.map(\.name))
        let hint = near.map { "did you mean `tollkeeper \($0)`?" } ?? "see `tollkeeper --help`"
        let error = CommandError.misused("there is no command `\(name)`", hint: hint)
        return environment.report(error, of: "tollkeeper")
    }

    private var help: String {
        let rows = groups.filter { !$0.isHidden }.map { ($0.name, $0.summary) }
        return """
            tollkeeper: AAA for internet providers: RADIUS, PostgreSQL, plugins for routers

            Usage: tollkeeper COMMAND …

            Commands:

            """ + HelpTable.text(rows) + """

                Every command has --help. Exit codes: 0 done, 1 refused, 2 misused.

                """
    }
}
