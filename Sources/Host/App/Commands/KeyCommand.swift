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
        let configuration = try Configuration(parsed, environment)
        let key = try KeyFile(reading: DataFolder(configuration.data).key)
        let result = try ServerDatabase.with(configuration, "key check") { settings in
            try key.check(Connection(settings), thorough: true)
        }
        let text = (["\(result.opened) secrets open."] + result.problems).joined(separator: "\n")
        let members: [(String, JSON)] = [
            ("path", .text(key.path)), ("keys", .array(key.keyIDs.map(JSON.count))), ("opened", .count(result.opened)),
            ("problems", .array(result.problems.map(JSON.text))),
        ]
        report(members, text, environment)
        return result.problems.isEmpty ? ExitCode.done : ExitCode.refused
    }

    private static func rotate(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let configuration = try Configuration(parsed, environment)
        let key = try KeyFile(reading: DataFolder(configuration.data).key)
        let (file, count) = try ServerDatabase.with(configuration, "key rotate") { settings in
            try key.rotate(Connection(settings))
        }
        let members: [(String, JSON)] = [
            ("path", .text(file.path)), ("keys", .array(file.keyIDs.map(JSON.count))), ("resealed", .count(count)),
        ]
        report(members, "\(count) secrets are sealed anew; keep a copy of \(file.path).", environment)
        return ExitCode.done
    }

    private static func report(_ members: [(String, JSON)], _ text: String, _ environment: Environment) {
        environment.print(environment.isJSON ? JSON.object(members).text : text)
    }
}
