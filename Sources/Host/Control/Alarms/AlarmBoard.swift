package import Store
import Threads

/// How many alarms are open, by kind, for the metrics page: read by a thread of its own, so that the page never waits
/// for the database.
package final class AlarmBoard: Sendable {
    package struct Counts: Sendable, Hashable {
        /// Open alarms by kind.
        package var open: [String: Int] = [:]
        package var unacknowledged = 0
        /// What channels are still owed, by channel.
        package var owed: [String: Int] = [:]

        package init(open: [String: Int] = [:], unacknowledged: Int = 0, owed: [String: Int] = [:]) {
            self.open = open
            self.unacknowledged = unacknowledged
            self.owed = owed
        }
    }

    private final class Box: Sendable {
        let counts = Locked<Counts?>(nil)
    }

    private let box: Box
    private let thread: AlarmThread

    package init(_ database: ConnectionSettings) throws {
        let box = Box()
        self.box = box
        thread = try AlarmThread("alarm board", database, restMilliseconds: 5000) { connection in
            let counts = try AlarmBoard.read(connection)
            box.counts.withLock { $0 = counts }
        } lost: {
            box.counts.withLock { $0 = nil }
        }
    }

    /// nil while the database is away.
    package var latest: Counts? { box.counts.withLock { $0 } }

    package func stop() { thread.stop() }

    package static func read(_ connection: Connection) throws -> Counts {
        var counts = Counts()
        let open = try connection.query(
            """
            select kind, count(*), count(*) filter (where acknowledged_at is null)
              from alarms where cleared_at is null group by kind
            """)
        for row in open {
            counts.open[row.text(0)] = row.int(1)
            counts.unacknowledged += row.int(2)
        }
        let owed = try connection.query(
            "select channel, count(*) from alarm_deliveries where state = 'pending' group by channel")
        for row in owed { counts.owed[row.text(0)] = row.int(1) }
        return counts
    }
}
