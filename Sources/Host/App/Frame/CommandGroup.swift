/// One noun of the command line (`nas`, `dictionary`), with all that follows it.
struct CommandGroup: Sendable {
    let name: String
    /// One line for `tollkeeper --help`, without a full stop.
    let summary: String
    /// Left out of `--help`: commands that the server starts for itself.
    var isHidden = false
    /// Takes what follows the noun; gives the exit code.
    let run: @Sendable ([String], Environment) -> Int32
}

extension CommandGroup {
    /// A noun with verbs under it: `tollkeeper nas add …`. Help, unknown verbs and errors are dealt with here.
    init(_ name: String, _ summary: String, verbs: [Verb]) {
        self.init(name: name, summary: summary) { arguments, environment in
            VerbTable(noun: name, summary: summary, verbs: verbs).run(arguments, environment)
        }
    }

    /// A noun that is its own verb: `tollkeeper serve …`.
    init(_ name: String, options: Options, isHidden: Bool = false, _ body: @escaping Verb.Body) {
        let verb = Verb(name, options: options, body)
        self.init(name: name, summary: options.summary, isHidden: isHidden) { arguments, environment in
            verb.run(arguments, environment, command: "tollkeeper \(name)")
        }
    }
}
