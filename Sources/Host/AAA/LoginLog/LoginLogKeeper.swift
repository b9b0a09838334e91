import Dispatch
import RADIUS
import Store

/// The thread that writes `radius_logs`, on a connection of its own.
final class LoginLogKeeper: Sendable {
    static let alarmKind = "radius-log-overflow"
    /// The alarm is over when nothing was given up for so long.
    private static let quietSeconds: Int64 = 60

    private let bell = DispatchSemaphore(value: 0)
    private let thread: WorkerThread

    /// - rate: rows a second, as the policy has it now.
    /// - node: names this server in the alarm.
    init(
        _ database: ConnectionSettings, _ loginLog: LoginLog, _ counters: Counters, events: any EventSink, node: String,
        rate: @escaping @Sendable () -> Int, log: @escaping @Sendable (String) -> Void
    ) {
        let writer = LoginLogWriter(loginLog, counters, writer: Int64.random(in: 1...Int64.max))
        let alarm = OverflowAlarm(events: events, node: node)
        thread = WorkerThread("login log") { [bell] in
            var (writer, alarm) = (writer, alarm)
            var connection: Connection?
            var isStopping = false
            var isAway = false
            while !isStopping {
                isStopping = bell.wait(timeout: .now() + .milliseconds(isAway ? 1000 : 250)) == .success
                loginLog.rate = rate()
                let now = Moment.now().wall
                do {
                    if connection == nil {
                        let new = try Connection(database)
                        try writer.begin(new)
                        connection = new
                    }
                    if let connection { try writer.write(connection, now: now) }
                    if isAway { log("logins are logged again") }
                    isAway = false
                } catch {
                    connection = nil
                    writer.trim(now: now)
                    if !isAway { log("logins wait to be logged: \(error)") }
                    isAway = true
                }
                alarm.look(loginLog.overflow, now: now)
            }
        }
    }

    /// Writes what waits and ends.
    func stop() {
        bell.signal()
        thread.join()
    }

    /// Raised while logins get no row for want of room, over a minute after the last.
    struct OverflowAlarm {
        let events: any EventSink
        let node: String
        private var seen: UInt64 = 0
        private var raisedAt: Int64?

        init(events: any EventSink, node: String) {
            self.events = events
            self.node = node
        }

        mutating func look(_ overflow: UInt64, now: Int64) {
            if overflow != seen {
                events.alarm(
                    kind: LoginLogKeeper.alarmKind, subject: node,
                    message: "Logins on \(node) come faster than radius_logs takes them, or the database is away: "
                        + "\(overflow) since the start have no row of their own. They are counted in "
                        + "radius_log_unlogged; no login is refused for it.")
                seen = overflow
                raisedAt = now
            } else if let at = raisedAt, now - at >= LoginLogKeeper.quietSeconds {
                events.cleared(kind: LoginLogKeeper.alarmKind, subject: node)
                raisedAt = nil
            }
        }
    }
}
