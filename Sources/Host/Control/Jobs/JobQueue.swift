import Store

/// Takes jobs out of the table and puts their ends back. Any number of servers take beside each other.
struct JobQueue {
    /// Microseconds that a runner is believed to live without a word of it.
    static let lease: Int64 = 60_000_000

    let connection: Connection
    /// Names this process among the runners.
    let runner: String

    /// The next that is due and of one of these kinds; nil when there is none.
    func claim(_ kinds: [any JobKind], now: Int64) throws -> JobClaim? {
        let due = try connection.query(
            """
            select kind from jobs where state = 'queued' and next_at <= $1 and kind = any($2)
             group by kind order by min(next_at), min(id)
            """, [.timestamp(now), .textArray(kinds.map(\.name))])
        for row in due {
            guard let kind = kinds.first(where: { $0.name == row.text(0) }) else { continue }
            if let claim = try connection.transaction({ () throws -> JobClaim? in try take(kind, now) }) {
                return claim
            }
        }
        return nil
    }

    private func take(_ kind: any JobKind, _ now: Int64) throws -> JobClaim? {
        // A run that lost its lease may still hold its checkpoint; nobody waits for it long.
        try connection.execute("set local lock_timeout = '5s'")
        if let limit = kind.limit {
            // Counting and taking in turns, or two would count the same.
            try connection.query("select pg_advisory_xact_lock(hashtext('tollkeeper job ' || $1))", [.text(kind.name)])
            let running = try connection.query(
                "select count(*) from jobs where state = 'running' and kind = $1", [.text(kind.name)])[0].int(0)
            if running >= limit { return nil }
        }
        let rows = try connection.query(
            """
            update jobs set state = 'running', attempts = attempts + 1, locked_by = $3, lease_until = $4,
                            started_at = coalesce(started_at, $2), updated_at = $2, error = null
             where id = (select id from jobs where state = 'queued' and next_at <= $2 and kind = $1
                          order by next_at, id limit 1 for update skip locked)
            returning id, attempts, actor, on_behalf_of, source, request_id, arguments::text
            """,
            [.text(kind.name), .timestamp(now), .text(runner), .timestamp(now + JobQueue.lease)])
        guard let row = rows.first else { return nil }
        return try read(row, kind.name)
    }

    private func read(_ row: Row, _ kind: String) throws -> JobClaim {
        let (id, attempt, json) = (Int64(row.int(0)), row.int(1), row.text(6))
        let saved = try connection.query(
            """
            insert into job_checkpoints as c (job_id, attempt) values ($1, $2)
            on conflict (job_id) do update set attempt = excluded.attempt
            returning (c.state->'state')::text, (c.state->>'done')::bigint, (c.state->>'total')::bigint,
                      (c.state->>'ok')::bigint, (c.state->>'failed')::bigint
            """, [.int(id), .int(attempt)])[0]
        var arguments: [String: String] = [:]
        for pair in try connection.query("select key, value from jsonb_each_text($1::jsonb)", [.text(json)]) {
            arguments[pair.text(0)] = pair.optionalText(1)
        }
        let number = { (column: Int) in saved.optionalInt(column).map(Int64.init) }
        return JobClaim(
            id: id, kind: kind, attempt: attempt,
            actor: Actor(
                row.text(2), onBehalfOf: row.optionalText(3), source: row.optionalText(4),
                requestID: row.optionalText(5)),
            json: json, arguments: arguments, checkpoint: saved.optionalText(0),
            progress: JobProgress(
                done: number(1) ?? 0, total: number(2), rowsOK: number(3) ?? 0, rowsFailed: number(4) ?? 0))
    }

    /// Writes a run's progress and renews its lease. False when it is another's run by now.
    func renew(_ claim: JobClaim, _ progress: JobProgress, now: Int64) throws -> Bool {
        try connection.query(
            """
            update jobs set lease_until = $3, updated_at = $4, progress_done = $5, progress_total = $6,
                            message = coalesce($7, message), rows_ok = $8, rows_failed = $9
             where id = $1 and attempts = $2 and state = 'running'
            """,
            [
                .int(claim.id), .int(claim.attempt), .timestamp(now + JobQueue.lease), .timestamp(now),
                .int(progress.done), Parameter(progress.total), Parameter(progress.message), .int(progress.rowsOK),
                .int(progress.rowsFailed),
            ]
        ).affected == 1
    }

    /// Those of these runs that somebody wants to end.
    func cancelled(_ ids: [Int64]) throws -> Set<Int64> {
        if ids.isEmpty { return [] }
        return Set(
            try connection.query(
                "select id from jobs where id = any($1) and cancel_requested", [.intArray(ids)]
            ).map { Int64($0.int(0)) })
    }

    /// Queues what runners that fell have left, or gives it up; gives how many.
    ///
    /// - random: 0 up to 1.
    func takeOver(_ kinds: [any JobKind], now: Int64, random: Double) throws -> Int {
        let rows = try connection.query(
            """
            select id, attempts, kind, failures from jobs where state = 'running' and lease_until < $1
             for update skip locked
            """, [.timestamp(now)])
        for row in rows {
            let patience = kinds.first { $0.name == row.text(2) }?.patience ?? Int.max
            try fail(
                Int64(row.int(0)), attempt: row.int(1), failures: row.int(3) + 1, patience: patience,
                reason: "the process that ran it ended", now: now, random: random)
        }
        return rows.count
    }

    func fail(
        _ id: Int64, attempt: Int, failures: Int, patience: Int, reason: String, now: Int64, random: Double
    ) throws {
        let isOver = failures >= patience
        try connection.query(
            """
            update jobs set state = case when $4::bool then 'failed' else 'queued' end, failures = $3, error = $5,
                            finished_at = case when $4::bool then $6::timestamptz end, updated_at = $6,
                            next_at = $7, lease_until = null, locked_by = null
             where id = $1 and attempts = $2 and state = 'running'
            """,
            [
                .int(id), .int(attempt), .int(failures), .bool(isOver), .text(reason), .timestamp(now),
                .timestamp(now + JobBackoff.microseconds(failures: failures, random: random)),
            ])
    }
}
