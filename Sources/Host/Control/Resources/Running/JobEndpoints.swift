import HTTP
import PluginAPI
import Store

/// Jobs: one's own and, with `jobs.view`, those of one's scope.
enum JobEndpoints {
    static let all: [Endpoint] = [one, mine, rows, cancel, retry, schedule]

    private static let one = Endpoint(.get, "/jobs/{id}", .operator, "A job: one's own, or with jobs.view any") {
        call in
        try Jobs.check(call.connection, call.id, viewer: call.principal)
        // That it is seen has been checked, also for one's own beyond the scope's list.
        return .json(
            try ListReader(call.connection, .house, permissions: call.principal.permissions).one(.jobs, call.id))
    }
    .output(.row(ListSpec.jobs.fields(for: .alone)))

    private static let mine = Endpoint(.get, "/me/jobs", .operator, "One's own jobs of late, the latest first") {
        call in
        let ids = try call.connection.query(
            "select id from jobs where operator_id = $1 order by id desc limit 50", [.int(call.principal.id)])
        let reader = try ListReader(call.connection, .house, permissions: call.principal.permissions)
        return .json(.object([("items", .array(try ids.map { try reader.one(.jobs, Int64($0.int(0))) }))]))
    }
    .output(.items(ListSpec.jobs.fields(for: .alone)))

    private static let rows = Endpoint(
        .get, "/jobs/{id}/rows", .operator, "What became of each row that a job worked on; of very many the first"
    ) { call in
        try Jobs.check(call.connection, call.id, viewer: call.principal)
        let rows = try call.connection.query(
            """
            select number, name, is_ok, message from job_rows
             where job_id = $1 and number > coalesce($2::bigint, -1) and ($3::bool is null or is_ok = not $3)
             order by number limit $4
            """,
            [
                .int(call.id), Parameter(call.inputs.integer("after")), Parameter(call.inputs.bool("failed")),
                .int(call.inputs.integer("size") ?? 50),
            ])
        let items: [JSON] = rows.map {
            .object([
                ("number", .count($0.int(0))), ("name", .optional($0.optionalText(1))), ("is_ok", .bool($0.bool(2))),
                ("message", .optional($0.optionalText(3))),
            ])
        }
        return .json(.object([("items", .array(items))]))
    }
    .query(
        FieldDescription(name: "failed", kind: .bool, text: "true: only those that failed; false: only the others"),
        FieldDescription(
            name: "after", kind: .integer, text: "rows behind this number", constraints: [.range(0...Int64.max)]),
        FieldDescription(name: "size", kind: .integer, text: "at most so many (50)", constraints: [.range(1...500)])
    )
    .output(
        .items([
            FieldDescription(name: "number", kind: .integer), FieldDescription(name: "name", kind: .optional(.text)),
            FieldDescription(name: "is_ok", kind: .bool), FieldDescription(name: "message", kind: .optional(.text)),
        ]))

    private static let cancel = Endpoint(
        .post, "/jobs/{id}/cancel", .operator, "Stop a job of one's own, or with jobs.manage any"
    ) {
        call in
        try checkMay(call)
        try Jobs.cancel(call.connection, call.id, actor: call.actor, viewer: call.principal)
        return .none
    }
    .output(.none, status: 204)

    private static let retry = Endpoint(
        .post, "/jobs/{id}/retry", .operator, "Run a job again that failed or was cancelled, from where it was"
    ) { call in
        try checkMay(call)
        try Jobs.retry(call.connection, call.id, actor: call.actor, viewer: call.principal)
        return .none
    }
    .output(.none, status: 204)

    /// Others' jobs are seen with `jobs.view` and changed with `jobs.manage`.
    private static func checkMay(_ call: Call) throws {
        try Jobs.check(call.connection, call.id, viewer: call.principal)
        if call.principal.may("jobs.manage") { return }
        let own = try call.connection.query(
            "select operator_id = $2 from jobs where id = $1", [.int(call.id), .int(call.principal.id)])
        guard own.first?.optionalBool(0) == true else {
            throw Problem(403, "forbidden", "This needs the permission jobs.manage.")
        }
    }

    private static let schedule = Endpoint(
        .patch, "/schedules/{name}", .may("jobs.manage"), "Change when a job is made by the clock"
    ) { call in
        let name = call.inputs.text("name") ?? ""
        let rows = try call.connection.query(
            "select cron, utc_offset_minutes, is_active from job_schedules where name = $1", [.text(name)])
        guard let row = rows.first, call.scope.isHouse else {
            throw RecordRefusal("there is no schedule", code: "not_found")
        }
        try JobSchedules.change(
            call.connection, name, cron: call.inputs.text("cron") ?? row.text(0),
            offsetMinutes: Int(call.inputs.integer("utc_offset_minutes") ?? Int64(row.int(1))),
            isActive: call.inputs.bool("is_active") ?? row.bool(2), actor: call.actor)
        return .none
    }
    .changes([
        FieldDescription(
            name: "cron", kind: .text, text: "minute, hour, day, month, weekday", constraints: [.length(1...100)]),
        FieldDescription(
            name: "utc_offset_minutes", kind: .integer, text: "east of UTC", constraints: [.range(-840...840)]),
        FieldDescription(name: "is_active", kind: .bool),
    ])
    .output(.none, status: 204)
}
