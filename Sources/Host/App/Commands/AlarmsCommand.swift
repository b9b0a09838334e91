import Control
import HTTP
import Store

/// `tollkeeper alarms`: what a person should look at.
enum AlarmsCommand {
    static let group = CommandGroup(name: "alarms", summary: summary) { arguments, environment in
        if arguments.first == "acknowledge" {
            return Verb("acknowledge", options: acknowledgeOptions, acknowledge)
                .run(Array(arguments.dropFirst()), environment, command: "tollkeeper alarms acknowledge")
        }
        let rest = arguments.first == "list" ? Array(arguments.dropFirst()) : arguments
        return Verb("alarms", options: listOptions, list).run(rest, environment, command: "tollkeeper alarms")
    }

    private static let summary = "open alarms; `alarms acknowledge ID` says that somebody looks at one"

    private static let listOptions = Options(
        summary, flags: [.bool("all", "those that are over too"), .value("limit", "N", "at most so many (100)")],
        notes: "An alarm ends by itself when its cause is gone. docs/runbook.md says what to do about each kind.")

    private static let acknowledgeOptions = Options(
        "note that somebody looks at an alarm; it stays open until its cause is gone", positionals: ["ID"],
        flags: [.bool("clear", "also end it: for alarms whose end nothing but a person can tell")])

    private static func list(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        try CommandDatabase.with(parsed, environment) { database in
            try TextTable.show(
                database.connection,
                """
                select id, kind, subject, date_trunc('second', raised_at) as raised_at, times,
                       date_trunc('second', cleared_at) as cleared_at, acknowledged_by, message
                  from alarms where $1::bool or cleared_at is null order by raised_at desc, id desc limit $2
                """, [.bool(parsed.has("all")), .int(Int64(try parsed.integer("limit", 1...1_000_000) ?? 100))],
                environment)
        }
    }

    private static func acknowledge(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        guard let text = parsed.name(0), let id = Int64(text) else {
            throw CommandError.misused("an alarm is named by its number", hint: "`tollkeeper alarms` lists them")
        }
        return try CommandDatabase.with(parsed, environment) { database in
            try database.records.acknowledge(alarm: id, clears: parsed.has("clear"))
            environment.done("alarm \(id) is \(parsed.has("clear") ? "cleared" : "acknowledged")", id: id)
        }
    }
}
