import Control
import HTTP

/// `tollkeeper init`: makes the data folder ready for `serve`.
enum InitCommand {
    static let group = CommandGroup("init", options: options, run)

    private static let options = Options(
        "make the data folder, its key file and the database ready; harmless when they are",
        notes: """
            Makes the private PostgreSQL (or takes the one of --database), brings its tables up to date, makes the
            key file, and the first administrator. His one-time password is printed once, when he is made.
            """)

    private static func run(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let configuration = try Configuration(parsed, environment)
        let folder = DataFolder(configuration.data)
        try folder.prepare()
        let lock = try folder.lock("tollkeeper init")
        let database = try ReadyDatabase.open(
            configuration, Installation(executable: environment.executable), configuration.log("init"))
        withExtendedLifetime(lock) { database.stop() }
        if environment.isJSON {
            let members: [(String, JSON)] = [
                ("data", .text(folder.path)), ("key", .text(folder.key)),
                ("username", .text(FirstAdministrator.username)),
                ("one_time_password", .optional(database.firstPassword)),
            ]
            environment.print(JSON.object(members).text)
            return ExitCode.done
        }
        environment.print("The data folder is \(folder.path).")
        environment.print("The key file is \(folder.key): keep a copy in a safe place.")
        if let password = database.firstPassword {
            environment.print("administrator \(FirstAdministrator.username)")
            environment.print("one-time password \(password)")
        }
        return ExitCode.done
    }
}
