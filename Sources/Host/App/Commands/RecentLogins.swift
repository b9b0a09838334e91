import HTTP
import Store

/// The last logins of a user at a NAS, from `radius_logs`: what `explain` can't know, such as a wrong password.
struct RecentLogins {
    private struct Entry {
        let at: String
        let outcome: String
        let reason: String?
        let method: String?
        let detail: String?
    }

    private let entries: [Entry]

    /// The newest five, newest first. The log is written a moment after the answer.
    static func read(_ connection: Connection, user: String, nas: String) throws -> RecentLogins {
        let rows = try connection.query(
            """
            select to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at, l.outcome, l.reason, l.method,
                   l.detail
              from radius_logs l join nas_devices n on n.id = l.nas_id
             where l.username = $1 and n.name = $2 order by l.at desc limit 5
            """, [.text(user), .text(nas)])
        return RecentLogins(
            entries: rows.map { row in
                Entry(
                    at: row.text(0), outcome: row.text(1), reason: row.optionalText(2), method: row.optionalText(3),
                    detail: row.optionalText(4))
            })
    }

    /// A paragraph; empty when there were none.
    var text: String {
        if entries.isEmpty { return "" }
        return "\nLast logins here\n"
            + entries.map { entry in
                let words = [entry.at, entry.outcome, entry.reason, entry.method, entry.detail]
                return "  " + words.compactMap { $0 }.joined(separator: "  ") + "\n"
            }.joined()
    }

    var json: JSON {
        .array(
            entries.map { entry in
                .object([
                    ("at", .text(entry.at)), ("outcome", .text(entry.outcome)), ("reason", .optional(entry.reason)),
                    ("method", .optional(entry.method)), ("detail", .optional(entry.detail)),
                ])
            })
    }
}
