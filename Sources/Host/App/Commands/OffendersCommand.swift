import EventLoop
import HTTP

/// `tollkeeper offenders`: who is refused again and again.
enum OffendersCommand {
    static let group = CommandGroup(
        "offenders",
        options: Options(
            "who was refused most within the last hour",
            flags: [.value("top", "N", "so many (20)")],
            notes:
                "Counted in memory since the start, by name, device and NAS. `+N` beside a count: there may have been"
                + " N more. The server must be running on this machine.")
    ) { parsed, environment in
        let configuration = try Configuration(parsed, environment)
        let question = OffendersQuestion(top: try parsed.integer("top", 1...10_000) ?? 20)
        let lines: [OffenderLine]
        do {
            lines = try LocalClient.ask(
                question.line, folder: DataFolder(configuration.data).runtime, name: RadiusProcess.socketName
            ).compactMap { OffenderLine(text: $0) }
        } catch {
            throw CommandError.refused("\(error)", hint: "is the server running with this data folder?")
        }
        environment.isJSON ? environment.print(json(lines).text) : environment.writeOutput(table(lines))
        return ExitCode.done
    }

    private static func table(_ lines: [OffenderLine]) -> String {
        let rows = lines.map { line in
            [
                "\(line.count)" + (line.uncertain > 0 ? " +\(line.uncertain)" : ""), line.reason, line.name, line.mac,
                line.nas.isEmpty ? "#\(line.nasID)" : line.nas, "\(line.firstSecondsAgo) s", "\(line.lastSecondsAgo) s",
            ]
        }
        return TextTable.text(["refused", "reason", "name", "mac", "nas", "first, ago", "last, ago"], rows)
    }

    private static func json(_ lines: [OffenderLine]) -> JSON {
        .array(
            lines.map { line in
                .object([
                    ("name", .text(line.name)), ("mac", line.mac.isEmpty ? .null : .text(line.mac)),
                    ("nas_id", .count(Int(line.nasID))), ("nas", line.nas.isEmpty ? .null : .text(line.nas)),
                    ("reason", .text(line.reason)), ("count", .count(Int(clamping: line.count))),
                    ("uncertain", .count(Int(clamping: line.uncertain))),
                    ("first_seconds_ago", .count(Int(clamping: line.firstSecondsAgo))),
                    ("last_seconds_ago", .count(Int(clamping: line.lastSecondsAgo))),
                ])
            })
    }
}
