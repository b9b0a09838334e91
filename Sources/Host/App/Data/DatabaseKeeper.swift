import AAA
import Log
import Store

/// Keeps the database there, on a thread of its own, since a start or a recovery of PostgreSQL takes its time: starts the
/// private one again when it falls, and makes ready one that was away at the start as soon as it is reached.
final class DatabaseKeeper: Sendable {
    private let thread: WorkerThread
    private let stopping = Mailbox<Bool>(limit: 1)

    /// The part that the thread owns.
    private struct State: @unchecked Sendable {
        let cluster: PrivateCluster?
        var isAway: Bool
        /// What went wrong last, so that an outage is said once.
        var said = ""
        var wait = firstWait
    }

    private static let firstWait = 1000
    private static let longestWait = 10_000

    /// - makeReady: brings the database up to date; throws while it is away.
    /// - onReady: called once, on the thread, when a database that was away has been made ready.
    init(
        _ database: ReadyDatabase, _ log: Log, makeReady: @escaping @Sendable () throws -> Void,
        onReady: @escaping @Sendable () -> Void
    ) {
        let state = State(cluster: database.cluster, isAway: database.isAway)
        thread = WorkerThread("database") { [stopping] in
            var state = state
            while stopping.take(most: 1, waitingMilliseconds: state.wait) != nil {
                DatabaseKeeper.look(&state, log, makeReady, onReady)
            }
            state.cluster?.stop()
        }
    }

    /// Ends the private one, too.
    func stop() {
        stopping.close()
        thread.join()
    }

    private static func look(
        _ state: inout State, _ log: Log, _ makeReady: () throws -> Void, _ onReady: () -> Void
    ) {
        do {
            if try state.cluster?.startAgainIfEnded() == true {
                log.warning("private PostgreSQL was not running and was started")
            }
            if state.isAway {
                try makeReady()
                state.isAway = false
                log.info("the database is there and ready")
                onReady()
            }
            state.said = ""
            state.wait = firstWait
        } catch {
            let reason = "\((error as? CommandError)?.message ?? "\(error)")"
            if reason != state.said { log.error("the database is away and is tried again", [.error: reason]) }
            state.said = reason
            state.wait = min(longestWait, state.wait * 2)
        }
    }
}
