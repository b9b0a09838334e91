extension Options {
    /// Reads what follows the command's name. Throws `.misused` for an unknown or repeated option, a missing or
    /// needless value, and too few or too many names. `--` ends the options; `-` alone is a name.
    func parse(_ arguments: [String]) throws -> Parsed {
        var found: [Parsed.Occurrence] = []
        var names: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                names += rest
                break
            }
            guard argument.hasPrefix("-"), argument != "-" else {
                names.append(argument)
                continue
            }
            found.append(try occurrence(argument, &rest, after: found))
        }
        for flag in flags where flag.isRequired && !found.contains(where: { $0.name == flag.name }) {
            throw CommandError.misused("`\(flag.usage)` is missing")
        }
        try check(names)
        return Parsed(occurrences: found, positionals: names)
    }

    private func occurrence(
        _ argument: String, _ rest: inout ArraySlice<String>, after found: [Parsed.Occurrence]
    ) throws -> Parsed.Occurrence {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let flag = allFlags.first(where: { "--\($0.name)" == parts[0] }) else { throw unknown(parts[0]) }
        if case .value = flag.shape, !mayRepeat(flag, found), found.contains(where: { $0.name == flag.name }) {
            throw CommandError.misused("--\(flag.name) is given twice")
        }
        guard flag.shape != .bool else {
            guard parts.count == 1 else { throw CommandError.misused("--\(flag.name) takes no value") }
            return Parsed.Occurrence(name: flag.name, value: "")
        }
        guard let value = parts.count == 2 ? parts[1] : rest.popFirst() else {
            throw CommandError.misused("`\(flag.usage)` has no value")
        }
        return Parsed.Occurrence(name: flag.name, value: value)
    }

    /// A flag that describes a part (`--down` of a `--tier`) may come once for each part.
    private func mayRepeat(_ flag: Flag, _ found: [Parsed.Occurrence]) -> Bool {
        guard let head = found.lastIndex(where: { isRepeatable($0.name) }) else { return false }
        return !found[head...].contains { $0.name == flag.name }
    }

    private func isRepeatable(_ name: String) -> Bool {
        guard let flag = allFlags.first(where: { $0.name == name }), case .repeatable = flag.shape else { return false }
        return true
    }

    private func check(_ names: [String]) throws {
        let required = positionals.filter { !$0.hasPrefix("[") }
        let isOpen = positionals.last?.contains("…") ?? false
        if names.count < required.count {
            throw CommandError.misused("\(required[names.count]) is missing")
        }
        if !isOpen, names.count > positionals.count {
            throw CommandError.misused("`\(names[positionals.count])` is one name too many")
        }
    }

    private func unknown(_ name: String) -> CommandError {
        let near = allFlags.map(\.name).min { Spelling.distance($0, name) < Spelling.distance($1, name) }
        guard let near, Spelling.distance("--\(near)", name) <= 3 else {
            return .misused("there is no option `\(name)`")
        }
        return .misused("there is no option `\(name)`", hint: "did you mean --\(near)?")
    }
}
