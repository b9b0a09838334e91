import Store
import Threads

/// The time, in microseconds since 1970: the database's, which all runners agree on.
typealias JobClock = @Sendable (Connection) throws -> Int64

/// What the threads of a runner share: its kinds, and the runs under way.
final class JobDesk: Sendable {
    /// Microseconds between two words of a runner that has nothing to report.
    private static let renewEvery: Int64 = 15_000_000

    let kinds: [any JobKind]
    let runner: String
    private let clock: JobClock
    private let random: @Sendable () -> Double
    private let runs = Locked<[Int64: JobRun]>([:])
    private let isStopping = Locked(false)

    /// - random: 0 up to 1.
    init(
        _ kinds: [any JobKind], runner: String, clock: @escaping JobClock,
        random: @escaping @Sendable () -> Double
    ) {
        self.kinds = kinds
        self.runner = runner
        self.clock = clock
        self.random = random
    }

    /// Takes one job and runs it; false when none is due. `work` is the connection that it works on.
    func runNext(_ work: Connection, reconnect: () throws -> Connection) throws -> Bool {
        if isStopping.withLock({ $0 }) { return false }
        let now = try clock(work)
        guard let claim = try JobQueue(connection: work, runner: runner).claim(kinds, now: now),
            let kind = kinds.first(where: { $0.name == claim.kind })
        else { return false }
        let run = JobRun(claim, now: now, canceller: work.canceller())
        runs.withLock { $0[claim.id] = run }
        defer { runs.withLock { $0[claim.id] = nil } }
        if isStopping.withLock({ $0 }) { run.interrupt() }
        let outcome = Result { () throws -> String? in
            try Audit.mark(work, request: claim.actor.requestID)
            let context = JobContext(run, work)
            try context.check()
            return try kind.run(context)
        }
        // What it left open, or broke, is not what its end is written with.
        let connection = work.isAlive && !work.inTransaction ? work : try reconnect()
        try JobQueue(connection: connection, runner: runner)
            .end(run, outcome, patience: kind.patience, now: clock(connection), random: random())
        if connection === work { try Audit.mark(work, request: nil) }
        return true
    }

    /// A round of the keeper: what is due by the clock, what fallen runners left, leases, progress and cancellations.
    func keep(_ connection: Connection) throws {
        let queue = JobQueue(connection: connection, runner: runner)
        let now = try clock(connection)
        _ = try connection.transaction { () throws in try queue.takeOver(kinds, now: now, random: random()) }
        _ = try JobSchedules.tick(connection, now: now)
        let running = runs.withLock { Array($0.values) }
        for run in running {
            guard let progress = run.due(now: now, renewEvery: JobDesk.renewEvery) else { continue }
            if try !queue.renew(run.claim, progress, now: now) { run.lose() }
        }
        let ids = running.map(\.claim.id)
        let cancelled = try queue.cancelled(ids)
        for run in running where cancelled.contains(run.claim.id) { run.cancel() }
    }

    /// Whether a job waits that could be run now.
    func isDue(_ connection: Connection) throws -> Bool {
        try connection.query(
            "select exists (select from jobs where state = 'queued' and next_at <= $1 and kind = any($2))",
            [.timestamp(try clock(connection)), .textArray(kinds.map(\.name))])[0].bool(0)
    }

    /// No more are taken; those under way are asked to give themselves back.
    func stop() {
        isStopping.withLock { $0 = true }
        for run in runs.withLock({ Array($0.values) }) { run.interrupt() }
    }
}
