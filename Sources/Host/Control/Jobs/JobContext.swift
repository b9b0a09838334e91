package import Store

/// What a job works with. Used by the job's thread alone.
package final class JobContext {
    /// For the job alone, while it runs. What changes the world goes into transactions together with `save`.
    package let connection: Connection
    private let run: JobRun
    /// Rows kept of each outcome.
    private static let mostRows = 10_000

    init(_ run: JobRun, _ connection: Connection) {
        self.run = run
        self.connection = connection
    }

    package var id: Int64 { run.claim.id }
    /// For the audit rows of what it does: who started it, under the id of his request.
    package var actor: Actor { run.claim.actor }
    package var requestID: String? { run.claim.actor.requestID }
    package var arguments: [String: String] { run.claim.arguments }
    /// The arguments as JSON text.
    package var json: String { run.claim.json }
    /// What an earlier run saved.
    package var checkpoint: String? { run.claim.checkpoint }
    /// Whether it should stop: asked to, or the server does. Look between rows.
    package var isCancelled: Bool { run.verdict != nil }

    /// Throws when it should stop; the run then ends as that says.
    package func check() throws {
        if let verdict = run.verdict { throw verdict }
    }

    /// Shown within a second; may be called as often as it likes.
    package func progress(done: Int64, total: Int64?, message: String? = nil) {
        run.change { progress in
            progress.done = done
            progress.total = total
            if let message { progress.message = message }
        }
    }

    /// What became of one row of its work, in the job's transaction if one is open. Counted always; of each outcome the
    /// first 10,000 are kept.
    ///
    /// - number: of the row, the same in every run.
    package func row(_ number: Int64, name: String?, isOK: Bool, message: String? = nil) throws {
        var counted: Int64 = 0
        run.change { progress in
            if isOK { progress.rowsOK += 1 } else { progress.rowsFailed += 1 }
            counted = isOK ? progress.rowsOK : progress.rowsFailed
        }
        if counted > JobContext.mostRows { return }
        try connection.query(
            """
            insert into job_rows (job_id, number, name, is_ok, message) values ($1, $2, $3, $4, $5)
            on conflict (job_id, number) do update
               set name = excluded.name, is_ok = excluded.is_ok, message = excluded.message
            """, [.int(id), .int(number), Parameter(name), .bool(isOK), Parameter(message)])
    }

    /// Saves where to go on after a crash, in the transaction of the work that it stands for. Throws `.lost` when the job
    /// is another's by now: the transaction then goes back.
    ///
    /// - json: JSON text.
    package func save(checkpoint json: String) throws {
        let progress = run.progress
        let saved = try connection.query(
            """
            update job_checkpoints
               set at = now(), state = jsonb_build_object('state', $3::jsonb, 'done', $4::bigint, 'total', $5::bigint,
                                                          'ok', $6::bigint, 'failed', $7::bigint)
             where job_id = $1 and attempt = $2
            """,
            [
                .int(id), .int(run.claim.attempt), .text(json), .int(progress.done), Parameter(progress.total),
                .int(progress.rowsOK), .int(progress.rowsFailed),
            ])
        guard saved.affected == 1 else { throw JobError.lost }
    }
}
