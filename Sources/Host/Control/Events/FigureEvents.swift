import HTTP
import Store

/// Figures of the dashboard every five seconds: computed once for everybody, by reseller, and added up for each scope that
/// listens.
struct FigureEvents: EventSource {
    let topics = ["stats"]
    private static let every: UInt64 = 5_000_000
    private var next: UInt64 = 0

    private struct Figures {
        var online = 0
        var accepts = 0
        var rejects = 0
    }

    mutating func step(now: UInt64, _ listeners: [Principal], _ connection: Connection) throws -> [Event] {
        guard !listeners.isEmpty, now >= next else { return [] }
        next = now + FigureEvents.every
        var byPath: [String: Figures] = [:]
        let online = try connection.query(
            "select reseller_path, count(*) from sessions_live where state <> 'closed' and record_kind = 'session' group by 1"
        )
        for row in online { byPath[row.text(0), default: Figures()].online += row.int(1) }
        let logins = try connection.query(
            """
            select reseller_path, outcome, sum(weight)::bigint from radius_logs
             where at >= now() - interval '60 seconds' group by 1, 2
            """)
        for row in logins {
            if row.text(1) == "accept" {
                byPath[row.text(0), default: Figures()].accepts += row.int(2)
            } else {
                byPath[row.text(0), default: Figures()].rejects += row.int(2)
            }
        }
        return Set(listeners.map(\.scope)).sorted { $0.path < $1.path }.map { scope in
            let mine = byPath.filter { scope.contains($0.key) }.values
            return Event(
                "stats",
                [
                    ("online", .count(mine.reduce(0) { $0 + $1.online })),
                    ("accepts_a_minute", .count(mine.reduce(0) { $0 + $1.accepts })),
                    ("rejects_a_minute", .count(mine.reduce(0) { $0 + $1.rejects })),
                ], .exactly(scope))
        }
    }
}
