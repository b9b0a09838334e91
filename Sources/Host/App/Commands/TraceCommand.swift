import EventLoop
import HTTP

/// `tollkeeper trace`: what routers ask and what they get, as it happens.
enum TraceCommand {
    static let group = CommandGroup(
        "trace",
        options: Options(
            "watch exchanges as they happen: both packets decoded, secrets masked, time per step",
            flags: [
                .value("user", "USER", "of one user name"), .value("nas", "NAS", "of one NAS"),
                .value("count", "N", "end after so many exchanges"),
            ],
            notes: "Runs until interrupted. The server must be running on this machine.")
    ) { parsed, environment in
        let configuration = try Configuration(parsed, environment)
        let question = TraceQuestion(user: parsed.value("user"), nas: parsed.value("nas"))
        var left = try parsed.integer("count", 1...1_000_000)
        do {
            try LocalClient.listen(
                question.line, folder: DataFolder(configuration.data).runtime, name: RadiusProcess.socketName
            ) { line in
                environment.print(environment.isJSON ? JSON.text(line).text : line)
                // An empty line ends an exchange.
                if line.isEmpty, let count = left { left = count - 1 }
                return left != 0
            }
        } catch {
            throw CommandError.refused("\(error)", hint: "is the server running with this data folder?")
        }
        return ExitCode.done
    }
}
