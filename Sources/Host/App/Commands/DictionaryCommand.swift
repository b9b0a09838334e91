import Dictionary

/// `tollkeeper dictionary`: what attributes there are, and attributes between text and wire.
enum DictionaryCommand {
    static let group = CommandGroup(
        "dictionary", "RADIUS attributes: check, look up, convert, encode and decode",
        verbs: [check, show, find, convert, decode, encode])

    /// The verbs need neither server nor database, so of the configuration only this one setting counts.
    static let file = Flag.value("dictionary", "FILE", "root file, text or XML (that of the installation)")

    /// The set that `--dictionary`, or TOLLKEEPER_DICTIONARY, or the installation names.
    static func load(_ parsed: Parsed, _ environment: Environment) throws -> AttributeDictionary {
        if let file = parsed.value("dictionary") ?? environment.variables[Setting.dictionary.variable] {
            return try AttributeDictionary.load(file: file)
        }
        return try AttributeDictionary.load(file: Installation(executable: environment.executable).dictionary)
    }

    private static let check = Verb(
        "check",
        options: Options(
            "read a set and say what is doubtful in it", positionals: ["[FILE]"], flags: [file],
            notes: """
                Prints files, attributes, attributes_distinct, values and vendors, and each diagnostic with its file and
                line: an error for what was left out, a warning for what was used otherwise than written, a note for a
                conflict (one name with two numbers, one number with two names; the later is found first).
                Refused (1) when there are errors.
                """, takesConfiguration: false)
    ) { parsed, environment in
        let dictionary = try parsed.name(0).map { try AttributeDictionary.load(file: $0) } ?? load(parsed, environment)
        let report = DictionaryReport(dictionary)
        environment.writeOutput(environment.isJSON ? report.checkJSON : report.check)
        return report.hasErrors ? ExitCode.refused : ExitCode.done
    }

    private static let show = Verb(
        "show",
        options: Options(
            "one attribute with its values, or one vendor with its attributes", positionals: ["NAME"], flags: [file],
            notes: "NAME is an attribute, its number (8, 26.14988.8) or a vendor.", takesConfiguration: false)
    ) { parsed, environment in
        let report = DictionaryReport(try load(parsed, environment))
        let name = parsed.positionals[0]
        guard let text = environment.isJSON ? report.showJSON(name) : report.show(name) else {
            throw CommandError.refused(
                "no attribute and no vendor is called `\(name)`", hint: "try `tollkeeper dictionary find \(name)`",
                code: "not_found")
        }
        environment.writeOutput(text)
        return ExitCode.done
    }

    private static let find = Verb(
        "find",
        options: Options(
            "attributes whose name, or a value's name, holds a text", positionals: ["TEXT"], flags: [file],
            takesConfiguration: false)
    ) { parsed, environment in
        let report = DictionaryReport(try load(parsed, environment))
        let text = parsed.positionals[0]
        environment.writeOutput(environment.isJSON ? report.findJSON(text) : report.find(text))
        return ExitCode.done
    }

    private static let convert = Verb(
        "convert",
        options: Options(
            "one file from text to XML, or from XML to text, on standard output", positionals: ["FILE"],
            flags: [.value("to", "FORM", "text or xml (the other one)")],
            notes: "Nothing is lost: comments, order and free lines stay. Files that it includes stay included.",
            takesConfiguration: false)
    ) { parsed, environment in
        let path = parsed.positionals[0]
        guard let bytes = FileBytes.read(path) else { throw CommandError.refused("can't read \(path)") }
        let (document, diagnostics) = DictionaryDocument.read(bytes, file: path)
        for diagnostic in diagnostics { environment.remark("\(diagnostic)") }
        let isXML = DictionaryDocument.isXML(bytes)
        switch parsed.value("to") ?? (isXML ? "text" : "xml") {
        // A refused XML file has no lines; an empty text would look like success.
        case _ where isXML && !diagnostics.isEmpty: throw CommandError.refused("\(path) is not a valid dictionary")
        case "text": environment.writeOutput(TextWriter.text(document))
        case "xml": environment.writeOutput(try XMLWriter.text(document))
        case let other: throw CommandError.misused("--to `\(other)` is neither text nor xml")
        }
        return ExitCode.done
    }
}
