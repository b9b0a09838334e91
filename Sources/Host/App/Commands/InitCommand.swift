/// `tollkeeper init`: makes the data folder ready for `serve`.
enum InitCommand {
    static let group = CommandGroup("init", options: options, run)

    private static let options = Options(
        "make the data folder, its key file and the database ready; harmless when they are",
        notes: "The first administrator's one-time password is printed once, when it is made.")

    private static func run(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let configuration = try Configuration(parsed, environment)
        let folder = DataFolder(configuration.data)
        try folder.prepare()
        environment.print("The data folder is \(folder.path)")
        return ExitCode.done
    }
}
