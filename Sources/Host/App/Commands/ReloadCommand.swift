import EventLoop
import HTTP

/// `tollkeeper reload`: new processes in the place of the old ones, without a lost packet.
enum ReloadCommand {
    static let group = CommandGroup("reload", options: options, run)

    private static let options = Options(
        "bring a new version, plugins or dictionaries into the running server without losing a packet",
        notes: """
            The new processes are those of the program, plugins and dictionaries that are on the disk now; ports,
            addresses and the database stay as `serve` was started with. The data plane's successor loads beside it and
            takes over what waits in the sockets; then the control plane is replaced. If a successor can't load or does
            not begin, the old one goes on, and this command says why and ends with 1.
            """)

    private static func run(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let folder = DataFolder(try Configuration(parsed, environment).data)
        var found = false
        var failure: String?
        for name in ServeSocket.names {
            var last = ""
            do {
                try LocalClient.listen("reload", folder: folder.runtime, name: name) { line in
                    last = line
                    if line != "done", !line.hasPrefix("failed ") { say(line, environment) }
                    return true
                }
            } catch {
                continue
            }
            found = true
            if last != "done" {
                failure = last.hasPrefix("failed ") ? String(last.dropFirst(7)) : "the server went away"
            }
        }
        guard found else { throw nobody(folder) }
        if let failure { throw CommandError.refused(failure, hint: "what ran before goes on", code: "not_reloaded") }
        return ExitCode.done
    }

    private static func say(_ line: String, _ environment: Environment) {
        environment.print(environment.isJSON ? JSON.object([("replaced", .text(line))]).text : line)
    }

    private static func nobody(_ folder: DataFolder) -> CommandError {
        guard let link = try? Link.connect(folder: folder.runtime, name: AdoptionPost.socketName) else {
            return .refused(
                "no server runs with the data folder \(folder.path)", hint: "start it with `tollkeeper serve`",
                code: "not_running")
        }
        let process = Link.peer(of: link).process
        Link.close(link)
        return .refused(
            "the supervisor of \(folder.path) is gone; its radius process \(process) goes on answering",
            hint: "`tollkeeper serve` takes it over; `kill \(process)` ends it", code: "no_supervisor")
    }
}
