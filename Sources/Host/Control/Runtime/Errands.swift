package import Store

/// What `control` does unasked beside compiling plans: jobs, the audit log's seal.
package final class Errands: Sendable {
    private let runner: JobRunner
    private let sealer: AuditSealer

    /// What the clock does unless an operator changed it: name, cron, kind.
    private static let schedules = [
        ("retention", "17 3 * * *", RetentionJob.kind), ("audit head", "7 0 * * *", AuditExport.kind),
    ]

    /// - kinds: what can be done as a job, beside retention.
    /// - runner: names this process among the runners.
    package init(
        _ database: ConnectionSettings, kinds: [any JobKind], runner: String,
        log: @escaping @Sendable (String) -> Void
    ) throws {
        let connection = try Connection(database)
        let kinds = kinds + [RetentionJob()]
        for (name, cron, kind) in Errands.schedules {
            try JobSchedules.ensure(connection, name, cron: cron, kind: kind)
        }
        self.runner = try JobRunner(database, kinds: kinds, runner: runner, log: log)
        sealer = try AuditSealer(database, log: log)
    }

    package func stop() {
        runner.stop()
        sealer.stop()
    }
}
