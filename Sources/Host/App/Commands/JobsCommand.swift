import Control
import Store

/// `tollkeeper jobs`: what is under way, and what became of it.
enum JobsCommand {
    static let group = CommandGroup(
        "jobs", "what is done in the background, and what became of it",
        verbs: [
            Verb("list", options: listOptions, list),
            Verb("show", options: Options("one job with its rows that failed", positionals: ["ID"]), show),
            Verb(
                "cancel", options: Options("end a job; one that runs ends when it looks next", positionals: ["ID"]),
                cancel),
            Verb("retry", options: Options("run one again that failed or was cancelled", positionals: ["ID"]), retry),
            Verb("schedules", options: Options("what is done by the clock, and when next"), schedules),
        ])

    private static let listOptions = Options(
        "jobs, newest first",
        flags: [
            .value("state", "STATE", "only: queued, running, done, failed, cancelled"),
            .value("kind", "KIND", "only of this kind"), .value("limit", "N", "at most so many (50)"),
        ])

    private static func list(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        try CommandDatabase.with(parsed, environment) { database in
            try TextTable.show(
                database.connection,
                """
                select id, kind, title, state, progress_done || coalesce('/' || progress_total, '') as progress,
                       rows_failed as failed, actor, date_trunc('second', created_at) as created_at,
                       date_trunc('second', finished_at) as finished_at, coalesce(error, message) as message
                  from jobs where ($1::text is null or state = $1) and ($2::text is null or kind = $2)
                 order by id desc limit $3
                """,
                [
                    Parameter(parsed.value("state")), Parameter(parsed.value("kind")),
                    .int(try parsed.integer("limit", 1...1_000_000) ?? 50),
                ], environment)
        }
    }

    private static func show(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let id = try id(parsed)
        return try CommandDatabase.with(parsed, environment) { database in
            try Jobs.check(database.connection, id, viewer: nil)
            try database.showRecord("jobs", id, environment)
            if environment.isJSON { return }
            try TextTable.show(
                database.connection,
                "select number, name, message from job_rows where job_id = $1 and not is_ok order by number limit 100",
                [.int(id)], environment)
        }
    }

    private static func cancel(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let id = try id(parsed)
        return try CommandDatabase.with(parsed, environment) { database in
            try Jobs.cancel(database.connection, id, actor: actor, viewer: nil)
            environment.done("job \(id) ends", id: id)
        }
    }

    private static func retry(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        let id = try id(parsed)
        return try CommandDatabase.with(parsed, environment) { database in
            try Jobs.retry(database.connection, id, actor: actor, viewer: nil)
            environment.done("job \(id) is queued again", id: id)
        }
    }

    private static func schedules(_ parsed: Parsed, _ environment: Environment) throws -> Int32 {
        try CommandDatabase.with(parsed, environment) { database in
            try TextTable.show(
                database.connection,
                """
                select name, cron, utc_offset_minutes as offset_minutes, kind, is_active as active,
                       date_trunc('second', last_at) as last_at, last_job_id, date_trunc('second', next_at) as next_at
                  from job_schedules order by name
                """, [], environment)
        }
    }

    private static var actor: Actor { Actor(CommandDatabase.actor(), source: "command line") }

    private static func id(_ parsed: Parsed) throws -> Int64 {
        guard let text = parsed.name(0), let id = Int64(text) else {
            throw CommandError.misused("a job is named by its number", hint: "`tollkeeper jobs list` shows them")
        }
        return id
    }
}
