import HTTP
import Store

/// Logins as they are written to radius_logs, not more than a page of them a step; the rest is a number.
struct LoginEvents: EventSource {
    let topics = ["log.login"]
    static let mostAStep = 50
    /// Rows looked at in one step.
    private static let most = 5000

    /// Of the database's clock; the next look goes back to here.
    private var from: String?
    private var seen: Set<Int> = []

    mutating func step(now: UInt64, _ listeners: [Principal], _ connection: Connection) throws -> [Event] {
        if listeners.isEmpty {
            if from != nil { self = LoginEvents() }
            return []
        }
        // A login is written some moments after it was.
        let next = try connection.query("select now() - interval '5 seconds'")[0].text(0)
        defer { from = next }
        let isFirst = from == nil
        let rows = try connection.query(
            """
            select id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), username, subscriber_id, nas_id,
                   mac, outcome, reason, method, microseconds, weight, reseller_path
              from radius_logs where at >= $1::timestamptz order by at desc, id desc limit \(LoginEvents.most)
            """, [.text(from ?? next)])
        let new = isFirst ? [] : rows.filter { !seen.contains($0.int(0)) }.reversed()
        seen = Set(rows.map { $0.int(0) })
        return LoginEvents.told(Array(new))
    }

    private static func told(_ rows: [Row]) -> [Event] {
        let events = rows.prefix(mostAStep).map { row in
            Event(
                "log.login",
                [
                    ("id", .count(row.int(0))), ("at", .text(row.text(1))),
                    ("username", .optional(row.optionalText(2))),
                    ("subscriber_id", row.optionalInt(3).map(JSON.count) ?? .null),
                    ("nas_id", row.optionalInt(4).map(JSON.count) ?? .null), ("mac", .optional(row.optionalText(5))),
                    ("outcome", .text(row.text(6))), ("reason", .optional(row.optionalText(7))),
                    ("method", .optional(row.optionalText(8))),
                    ("microseconds", row.optionalInt(9).map(JSON.count) ?? .null), ("weight", .count(row.int(10))),
                ], .path(row.text(11)))
        }
        let skipped = Dictionary(grouping: rows.dropFirst(mostAStep), by: { $0.text(11) })
        return events
            + skipped.sorted { $0.key < $1.key }.map { path, left in
                Event("log.login", [("skipped", .count(left.reduce(0) { $0 + $1.int(10) }))], .path(path))
            }
    }
}
