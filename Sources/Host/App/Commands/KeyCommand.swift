import HTTP
import Store

/// `tollkeeper key`: the key file under which secrets are kept.
enum KeyCommand {
    static let group = CommandGroup(
        "key", "the key file under which passwords and secrets are kept",
        verbs: [
            Verb(
                "create", options: Options("make the key file of a new installation; an old one is never replaced"),
                create),
            Verb("check", options: Options("try the key file on every secret in the database"), check),
            Verb(
                "rotate", options: Options("add a new key and seal every secret anew with it", notes: rotateNotes),
                rotate),
        ])

    private static let rotateNotes = """
        The old keys stay in the file, so that backups can still be read. Keep a copy of the new file at once: what is
        sealed from now on needs it.
        """

    private static func create(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let configuration = try Configuration(parsed, environment)
        let folder = DataFolder(configuration.data)
        try folder.prepare()
        let key = try KeyFile.create(folder.key)
        report([("path", .text(key.path))], "The key file is \(key.path): keep a copy in a safe place.", environment)
        return ExitCode.done
    }

    private static func check(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let key = try keyFile(parsed, environment)
        var found: KeyFile.Report?
        let code = try CommandDatabase.with(parsed, environment) {
            found = try key.check($0.connection, thorough: true)
        }
        guard let result = found else { return code }
        let text = (["\(result.opened) secrets open."] + result.problems).joined(separator: "\n")
        let members: [(String, JSON)] = [
            ("path", .text(key.path)), ("keys", .array(key.keyIDs.map(JSON.count))), ("opened", .count(result.opened)),
            ("problems", .array(result.problems.map(JSON.text))),
        ]
        report(members, text, environment)
        return result.problems.isEmpty ? ExitCode.done : ExitCode.refused
    }

    private static func rotate(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let key = try keyFile(parsed, environment)
        return try CommandDatabase.with(parsed, environment) { database in
            let (file, count) = try key.rotate(database.connection)
            let members: [(String, JSON)] = [
                ("path", .text(file.path)), ("keys", .array(file.keyIDs.map(JSON.count))), ("resealed", .count(count)),
            ]
            report(members, "\(count) secrets are sealed anew; keep a copy of \(file.path).", environment)
        }
    }

    private static func keyFile(_ parsed: Parsed, _ environment: Environment) throws -> KeyFile {
        try KeyFile(reading: DataFolder(Configuration(parsed, environment).data).key)
    }

    private static func report(_ members: [(String, JSON)], _ text: String, _ environment: Environment) {
        environment.print(environment.isJSON ? JSON.object(members).text : text)
    }
}
