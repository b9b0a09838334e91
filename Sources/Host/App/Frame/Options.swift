/// What one command takes: its positional names and its flags. Reading arguments and printing help both follow it.
struct Options: Sendable {
    /// One line, without a full stop.
    let summary: String
    /// Names in order. `[NAME]` may be missing; `NAME…` takes one or more, `[NAME…]` any number, and stands last.
    let positionals: [String]
    let flags: [Flag]
    /// Paragraphs after the flags in help: examples, what happens.
    let notes: String
    /// Whether the flags that say which server and data folder are meant belong to it.
    let takesConfiguration: Bool

    init(
        _ summary: String, positionals: [String] = [], flags: [Flag] = [], notes: String = "",
        takesConfiguration: Bool = true
    ) {
        self.summary = summary
        self.positionals = positionals
        self.flags = flags
        self.notes = notes
        self.takesConfiguration = takesConfiguration
    }

    /// Its own flags, then those every command has.
    var allFlags: [Flag] { flags + commonFlags }

    var commonFlags: [Flag] {
        let json = Flag.bool("json", "results and errors as JSON, for scripts")
        return [json] + (takesConfiguration ? Setting.flags : [])
    }

    /// Whether `--help` or `-h` stands before a `--`.
    static func asksForHelp(_ arguments: [String]) -> Bool {
        arguments.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
    }
}
