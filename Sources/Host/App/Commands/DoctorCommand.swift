/// `tollkeeper doctor`: looks at what `serve` needs and says what is wrong with it.
enum DoctorCommand {
    static let group = CommandGroup("doctor", options: options, run)

    private static let options = Options("check configuration, installation and data folder, and say what is wrong")

    private static func run(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let configuration = try Configuration(parsed, environment)
        environment.print(configuration.data)
        return ExitCode.done
    }
}
