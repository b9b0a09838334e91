import AAA
import RADIUS
package import Store

/// Runs jobs: some threads that work, each with a connection, and one that keeps their leases and the clock.
package final class JobRunner: Sendable {
    private static let notification = "tollkeeper_job"

    private let desk: JobDesk
    private let bell: Mailbox<Bool>
    private let stopping: StopEvent
    private let keeper: WorkerThread
    private let workers: [WorkerThread]

    /// - runner: names this process among the runners: host and process.
    package init(
        _ database: ConnectionSettings, kinds: [any JobKind], runner: String, threads: Int = 3,
        log: @escaping @Sendable (String) -> Void
    ) throws {
        precondition(Set(kinds.map(\.name)).count == kinds.count, "a kind of job has one name")
        let desk = JobDesk(kinds, runner: runner, clock: JobRunner.databaseTime) { Double.random(in: 0..<1) }
        let bell = Mailbox<Bool>(limit: threads)
        let stopping = try StopEvent()
        (self.desk, self.bell, self.stopping) = (desk, bell, stopping)
        workers = (0..<threads).map { _ in
            WorkerThread("jobs") { JobRunner.work(desk, database, bell, stopping, log) }
        }
        keeper = WorkerThread("job keeper") { JobRunner.keep(desk, database, bell, stopping, log, threads) }
    }

    private static func databaseTime(_ connection: Connection) throws -> Int64 {
        try connection.query("select clock_timestamp()")[0].timestamp(0)
    }

    /// Asks what runs to stop at its next look, and waits for it.
    package func stop() {
        desk.stop()
        stopping.raise()
        bell.close()
        for worker in workers { worker.join() }
        keeper.join()
    }

    private static func work(
        _ desk: JobDesk, _ database: ConnectionSettings, _ bell: Mailbox<Bool>, _ stopping: StopEvent,
        _ log: @Sendable (String) -> Void
    ) {
        var connection: Connection?
        while bell.take(most: 1, waitingMilliseconds: 60_000) != nil {
            do {
                repeat {
                    if connection?.isAlive != true || connection?.inTransaction != false {
                        connection = try Connection(database)
                    }
                    guard let connection else { break }
                    if try !desk.runNext(connection, reconnect: { try Connection(database) }) { break }
                } while !stopping.isRaised(waitingMilliseconds: 0)
            } catch {
                connection = nil
                log("a job's end could not be written down, it is run again: \(error)")
            }
        }
    }

    private static func keep(
        _ desk: JobDesk, _ database: ConnectionSettings, _ bell: Mailbox<Bool>, _ stopping: StopEvent,
        _ log: @Sendable (String) -> Void, _ threads: Int
    ) {
        var isSaid = false
        repeat {
            do {
                let connection = try Connection(database)
                try connection.listen(notification)
                repeat {
                    try desk.keep(connection)
                    if try desk.isDue(connection) { for _ in 0..<threads { _ = bell.put(true) } }
                    isSaid = false
                    _ = try connection.notifications(waitingMilliseconds: 1000, wake: stopping.descriptor)
                } while !stopping.isRaised(waitingMilliseconds: 0)
            } catch {
                if !isSaid { log("jobs stand still: \(error)") }
                isSaid = true
            }
        } while !stopping.isRaised(waitingMilliseconds: 1000)
    }
}
