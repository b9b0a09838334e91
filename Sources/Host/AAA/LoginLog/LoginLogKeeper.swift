import Dispatch
import RADIUS
import Store

/// The thread that writes `radius_logs`, on a connection of its own.
final class LoginLogKeeper: Sendable {
    /// The alarm is over when nothing was given up for so long.
    static let quietSeconds: Int64 = 60

    private let bell = DispatchSemaphore(value: 0)
    private let thread: WorkerThread

    /// - rate: rows a second, as the policy has it now.
    /// - node: names this server in the alarm.
    /// - feedAge: seconds since the change feed was read. While nothing is logged, this thread does not ask the database.
    init(
        _ database: ConnectionSettings, _ loginLog: LoginLog, _ counters: Counters, events: any EventSink, node: String,
        rate: @escaping @Sendable () -> Int, feedAge: @escaping @Sendable () -> Double,
        log: @escaping @Sendable (String) -> Void
    ) {
        let state = State(
            database: database, loginLog: loginLog,
            writer: LoginLogWriter(loginLog, counters, writer: Int64.random(in: 1...Int64.max)),
            overflow: OverflowAlarm(events: events, node: node), away: AwayAlarm(events: events, node: node), log: log)
        thread = WorkerThread("login log") { [bell] in
            var state = state
            var isStopping = false
            while !isStopping {
                isStopping = bell.wait(timeout: .now() + .milliseconds(state.isAway ? 1000 : 250)) == .success
                loginLog.rate = rate()
                state.round(now: Moment.now().wall, feedAge: feedAge())
            }
        }
    }

    /// The part that the thread owns.
    private struct State: @unchecked Sendable {
        let database: ConnectionSettings
        let loginLog: LoginLog
        var writer: LoginLogWriter
        var overflow: OverflowAlarm
        var away: AwayAlarm
        let log: @Sendable (String) -> Void
        var connection: Connection?
        /// Whether it was said that the database does not take the log.
        var isAway = false

        mutating func round(now: Int64, feedAge: Double) {
            do {
                let current = try connection ?? connect()
                try writer.write(current, now: now)
                if isAway { log("logins are logged again") }
                isAway = false
            } catch {
                connection = nil
                writer.trim(now: now)
                if !isAway { log("logins wait to be logged: \(error)") }
                isAway = true
            }
            away.look(isAway: isAway || feedAge >= FeedFollower.usualSeconds, now: now)
            overflow.look(loginLog.overflow, now: now)
        }

        private mutating func connect() throws -> Connection {
            let new = try Connection(database)
            try writer.begin(new)
            connection = new
            return new
        }
    }

    /// Writes what waits and ends.
    func stop() {
        bell.signal()
        thread.join()
    }
}
