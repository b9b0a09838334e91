package import HTTP
package import Store

/// Jobs as those see them who start and watch them.
package enum Jobs {
    /// Puts a job into the queue, in the caller's transaction: it is there when the change is, and is run after that.
    /// Returns its id; with a `uniqueKey` that of the job of this kind and key that is under way already.
    ///
    /// - title: for people: "Disable 4321 subscribers".
    /// - arguments: an object without secrets.
    /// - owner: who may watch it beside those with `jobs.view`; nil for the system.
    /// - at: not before, in microseconds since 1970; nil for at once.
    @discardableResult
    package static func enqueue(
        _ connection: Connection, _ kind: String, title: String, arguments: JSON = .object([]), actor: Actor,
        owner: Principal? = nil, at: Int64? = nil, uniqueKey: String? = nil
    ) throws -> Int64 {
        let rows = try connection.query(
            """
            with new as (
              insert into jobs (kind, title, arguments, actor, on_behalf_of, source, request_id, operator_id,
                                reseller_path, next_at, unique_key)
              values ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, now()), $11)
              on conflict (tenant_id, kind, unique_key)
                 where unique_key is not null and state in ('queued', 'running') do nothing
              returning id)
            select id, true from new
            union all select id, false from jobs where kind = $1 and unique_key = $11 and state in ('queued', 'running')
             limit 1
            """,
            [
                .text(kind), .text(title), .text(arguments.text), .text(actor.name), Parameter(actor.onBehalfOf),
                Parameter(actor.source), Parameter(actor.requestID),
                Parameter(owner.flatMap { $0.kind == .operator ? $0.id : nil }), .text(owner?.scope.path ?? ""),
                Parameter(timestamp: at), Parameter(uniqueKey),
            ])
        guard let row = rows.first else {
            throw RecordRefusal("such a job has just been started", hint: "see the list of jobs", code: "busy")
        }
        let id = Int64(row.int(0))
        if owner != nil, row.bool(1) {
            try Audit.write(connection, actor, action: "start", kind: "job", id: id, name: kind, after: arguments.text)
        }
        return id
    }

    /// Ends a job: one that waits at once, one that runs when it looks next. Throws a refusal when it is over already.
    ///
    /// - viewer: nil for the command line. One who may not see the job is told that there is none.
    package static func cancel(_ connection: Connection, _ id: Int64, actor: Actor, viewer: Principal?) throws {
        try connection.transaction { () throws in
            let before = try locked(connection, id, viewer)
            guard ["queued", "running"].contains(before.state) else {
                throw RecordRefusal("job \(id) is \(before.state) already", code: "job_over")
            }
            try connection.query(
                """
                update jobs set cancel_requested = true, cancelled_by = $2, updated_at = now(),
                                state = case when state = 'queued' then 'cancelled' else state end,
                                finished_at = case when state = 'queued' then now() end
                 where id = $1
                """, [.int(id), .text(actor.name)])
            try Audit.write(connection, actor, action: "cancel", kind: "job", id: id, name: before.kind)
        }
    }

    /// Puts a job that failed or was cancelled into the queue again; it goes on from its checkpoint.
    package static func retry(_ connection: Connection, _ id: Int64, actor: Actor, viewer: Principal?) throws {
        try connection.transaction { () throws in
            let before = try locked(connection, id, viewer)
            guard ["failed", "cancelled"].contains(before.state) else {
                throw RecordRefusal(
                    "job \(id) is \(before.state)", hint: "only one that failed or was cancelled is run again",
                    code: "job_not_over")
            }
            do {
                try connection.query(
                    """
                    update jobs set state = 'queued', failures = 0, next_at = now(), error = null, finished_at = null,
                                    cancel_requested = false, cancelled_by = null, updated_at = now()
                     where id = $1
                    """, [.int(id)])
            } catch let error as StoreError {
                guard error.constraint == "jobs_unique_key" else { throw error }
                throw RecordRefusal("another job does the same already", code: "busy")
            }
            try Audit.write(connection, actor, action: "retry", kind: "job", id: id, name: before.kind)
        }
    }

    /// Kind and state of a job; throws that there is none when it is not there, or not for this eye.
    @discardableResult
    package static func check(_ connection: Connection, _ id: Int64, viewer: Principal?) throws -> (
        kind: String, state: String
    ) {
        try read(connection, id, viewer, lock: "")
    }

    /// Whether somebody sees a job: his own, or with `jobs.view` those of his scope.
    package static func isVisible(operatorID: Int64?, path: String, to viewer: Principal) -> Bool {
        guard viewer.kind == .operator else { return false }
        return operatorID == viewer.id || viewer.may("jobs.view") && viewer.scope.contains(path)
    }

    private static func locked(_ connection: Connection, _ id: Int64, _ viewer: Principal?) throws -> (
        kind: String, state: String
    ) {
        try read(connection, id, viewer, lock: "for update")
    }

    private static func read(_ connection: Connection, _ id: Int64, _ viewer: Principal?, lock: String) throws -> (
        kind: String, state: String
    ) {
        let rows = try connection.query(
            "select kind, state, operator_id, reseller_path from jobs where id = $1 \(lock)", [.int(id)])
        guard let row = rows.first,
            viewer.map({ isVisible(operatorID: row.optionalInt(2).map(Int64.init), path: row.text(3), to: $0) }) ?? true
        else { throw RecordRefusal("there is no job \(id)", hint: "see `tollkeeper jobs list`", code: "not_found") }
        return (row.text(0), row.text(1))
    }
}
