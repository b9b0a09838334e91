import HTTP
import Store

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
        try DataFolder(configuration.data).prepare()
        let database = try ServerDatabase.reach(configuration, "init")
        defer { database.stop() }
        let preparation = Preparation(
            configuration: configuration, installation: try Installation(executable: environment.executable),
            connection: try Connection(database.settings))
        let migrations = try preparation.migrate()
        let hasNewKey = try preparation.makeKey()
        let password = try preparation.makeAdministrator()
        if environment.isJSON {
            let members: [(String, JSON)] = [
                ("data", .text(configuration.data)), ("migrations", .array(migrations.map(JSON.text))),
                ("key_created", .bool(hasNewKey)), ("administrator", .optional(password.map { _ in "admin" })),
                ("password", .optional(password)),
            ]
            environment.print(JSON.object(members).text)
            return ExitCode.done
        }
        environment.print("The data folder is \(configuration.data).")
        if !migrations.isEmpty { environment.print("Migrations applied: \(migrations.joined(separator: ", ")).") }
        if hasNewKey {
            environment.print("The key file \(configuration.data)/key is new: keep a copy in a safe place.")
        }
        if let password {
            environment.print("The first administrator is `admin`; one-time password: \(password)")
        }
        return ExitCode.done
    }
}
