extension Options {
    /// The text of `--help`. `command` is the full name: `tollkeeper nas add`.
    func help(_ command: String) -> String {
        var text = "\(command): \(summary)\n\nUsage: \(usage(command))\n"
        if !flags.isEmpty { text += "\nOptions:\n" + HelpTable.text(flags.map(row)) }
        text += "\nCommon options:\n" + HelpTable.text(commonFlags.map(row) + [("--help", "this text")])
        if !notes.isEmpty { text += "\n" + notes + "\n" }
        return text
    }

    private func usage(_ command: String) -> String {
        let required = flags.filter(\.isRequired).map(\.usage)
        let rest = flags.count > required.count || takesConfiguration ? ["[options]"] : []
        return ([command] + positionals + required + rest).joined(separator: " ")
    }

    private func row(_ flag: Flag) -> (name: String, meaning: String) {
        (flag.usage, flag.meaning + (flag.isRequired ? " (required)" : ""))
    }
}
