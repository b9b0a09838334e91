import AAA
import HTTP
import Store

/// Sessions that start and stop.
///
/// A start is a new number: an index finds it. Numbers are not commit order, so each look goes back to where the last was
/// ten seconds ago. A stop has no index, on purpose (0008_accounting.sql): the table of live sessions is read as a whole,
/// while somebody listens and for at most a twentieth of the time.
struct SessionEvents: EventSource {
    let topics = ["session.started", "session.stopped"]
    /// Told in one step; the rest is a number.
    static let mostAStep = 200
    private static let lookBack: UInt64 = 10_000_000
    private static let scanEvery: UInt64 = 2_000_000

    /// Highest numbers as they were, oldest first.
    private var marks: [(at: UInt64, id: Int)] = []
    private var started: Set<Int> = []
    private var stopped: Set<Int> = []
    private var hasScanned = false
    private var nextScan: UInt64 = 0
    private let elapsed: () -> UInt64

    /// - elapsed: microseconds of a clock that never goes back, to know how long a scan took.
    init(elapsed: @escaping () -> UInt64 = { UInt64(Moment.microseconds()) }) { self.elapsed = elapsed }

    mutating func step(now: UInt64, _ listeners: [Principal], _ connection: Connection) throws -> [Event] {
        if listeners.isEmpty {
            if !marks.isEmpty { self = SessionEvents(elapsed: elapsed) }
            return []
        }
        return try starts(now, connection) + stops(now, connection)
    }

    private mutating func starts(_ now: UInt64, _ connection: Connection) throws -> [Event] {
        guard let last = marks.last else {
            marks = [(now, try connection.query("select coalesce(max(id), 0) from sessions_live")[0].int(0))]
            return []
        }
        while marks.count > 1, marks[1].at + SessionEvents.lookBack < now { marks.removeFirst() }
        let rows = try connection.query(
            "select \(SessionEvents.columns) from sessions_live where id > $1 and state <> 'closed' order by id limit 5000",
            [.int(marks[0].id)])
        let new = rows.filter { !started.contains($0.int(0)) && $0.text(8) == "session" }
        started = Set(rows.map { $0.int(0) })
        marks.append((now, max(last.id, rows.last?.int(0) ?? 0)))
        return SessionEvents.told(new, "session.started")
    }

    /// `updated_at` is the router's time of the Stop, so each look goes back two minutes; a Stop that comes later is not
    /// told.
    private mutating func stops(_ now: UInt64, _ connection: Connection) throws -> [Event] {
        if now < nextScan { return [] }
        let began = elapsed()
        let rows = try connection.query(
            """
            select \(SessionEvents.columns) from sessions_live
             where state = 'closed' and updated_at >= now() - interval '2 minutes' order by id limit 20000
            """)
        nextScan = now + max(SessionEvents.scanEvery, (elapsed() - began) * 20)
        let new = hasScanned ? rows.filter { !stopped.contains($0.int(0)) && $0.text(8) == "session" } : []
        stopped = Set(rows.map { $0.int(0) })
        hasScanned = true
        return SessionEvents.told(new, "session.stopped")
    }

    private static let columns =
        "id, subscriber_id, username, nas_id, host(framed_ip), terminate_cause, reseller_path, session_seconds, record_kind"

    private static func told(_ rows: [Row], _ topic: String) -> [Event] {
        var events = rows.prefix(mostAStep).map { row in
            Event(
                topic,
                [
                    ("id", .count(row.int(0))), ("subscriber_id", row.optionalInt(1).map(JSON.count) ?? .null),
                    ("username", .text(row.text(2))), ("nas_id", row.optionalInt(3).map(JSON.count) ?? .null),
                    ("framed_ip", .optional(row.optionalText(4))), ("terminate_cause", .optional(row.optionalText(5))),
                    ("session_seconds", .count(row.int(7))),
                ], .path(row.text(6)))
        }
        // By reseller, so that nobody learns of another's.
        let skipped = Dictionary(grouping: rows.dropFirst(mostAStep), by: { $0.text(6) })
        for (path, left) in skipped.sorted(by: { $0.key < $1.key }) {
            events.append(Event(topic, [("skipped", .count(left.count))], .path(path)))
        }
        return events
    }
}
