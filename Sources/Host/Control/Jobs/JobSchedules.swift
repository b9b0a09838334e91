package import Store

/// Jobs that the clock makes.
package enum JobSchedules {
    /// Sees to it that a schedule is there; one that is, perhaps changed by an operator, is left alone.
    package static func ensure(_ connection: Connection, _ name: String, cron: String, kind: String) throws {
        _ = try Cron(cron)
        try connection.query(
            "insert into job_schedules (name, cron, kind) values ($1, $2, $3) on conflict do nothing",
            [.text(name), .text(cron), .text(kind)])
    }

    /// Changes a schedule. Throws a refusal for a text that is none.
    package static func change(
        _ connection: Connection, _ name: String, cron: String, offsetMinutes: Int, isActive: Bool, actor: Actor
    ) throws {
        do { _ = try Cron(cron) } catch { throw RecordRefusal("\(error)", code: "bad_schedule") }
        try connection.transaction { () throws in
            let rows = try connection.query(
                "select id, to_jsonb(s)::text from job_schedules s where name = $1 for update", [.text(name)])
            guard let row = rows.first else { throw RecordRefusal("there is no schedule `\(name)`", code: "not_found") }
            let after = try connection.query(
                """
                update job_schedules set cron = $2, utc_offset_minutes = $3, is_active = $4, next_at = null,
                                         updated_at = now(), version = version + 1
                 where id = $1 returning to_jsonb(job_schedules)::text
                """, [.int(row.int(0)), .text(cron), .int(offsetMinutes), .bool(isActive)])
            try Audit.write(
                connection, actor, action: "set", kind: "schedule", id: Int64(row.int(0)), name: name,
                before: row.text(1), after: after[0].text(0))
        }
    }

    /// Makes the jobs that are due; gives their ids. Of the times that nobody was there for, one is made good. One whose
    /// last job is still under way makes no second.
    static func tick(_ connection: Connection, now: Int64) throws -> [Int64] {
        try connection.transaction { () throws -> [Int64] in
            let due = try connection.query(
                """
                select id, name, cron, utc_offset_minutes, kind, arguments::text, next_at is null from job_schedules
                 where is_active and (next_at is null or next_at <= $1) order by id for update skip locked
                """, [.timestamp(now)])
            var made: [Int64] = []
            for row in due {
                // One that was broken by hand stands still.
                guard let cron = try? Cron(row.text(2)) else { continue }
                let next = cron.next(after: now / 1_000_000, offsetMinutes: row.int(3)) * 1_000_000
                var job: Int64?
                if !row.bool(6) {
                    job = try make(connection, row, now)
                    if let job { made.append(job) }
                }
                try connection.query(
                    """
                    update job_schedules set next_at = $2, last_at = case when $4::bool then last_at else $3 end,
                                             last_job_id = coalesce($5, last_job_id) where id = $1
                    """, [.int(row.int(0)), .timestamp(next), .timestamp(now), .bool(row.bool(6)), Parameter(job)])
            }
            return made
        }
    }

    private static func make(_ connection: Connection, _ row: Row, _ now: Int64) throws -> Int64? {
        let rows = try connection.query(
            """
            insert into jobs (kind, title, arguments, actor, schedule_id, unique_key, next_at)
            values ($1, $2, $3, 'system', $4, 'schedule ' || $4::bigint, $5)
            on conflict (tenant_id, kind, unique_key)
               where unique_key is not null and state in ('queued', 'running') do nothing
            returning id
            """,
            [.text(row.text(4)), .text(row.text(1)), .text(row.text(5)), .int(row.int(0)), .timestamp(now)])
        return rows.first.map { Int64($0.int(0)) }
    }
}
