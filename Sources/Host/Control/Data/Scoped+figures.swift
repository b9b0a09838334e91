import HTTP
import Store

extension Scoped {
    /// The figures of the first page, of all that the scope sees.
    func figures() throws -> JSON {
        let people = try one(Scoped.peopleSQL, .subscriber)
        let sessions = try one("select count(*) as online from sessions_live r where r.state = 'live'", .liveSession)
        let logins = try one(Scoped.loginSQL, .login)
        let routers = try one(Scoped.nasSQL, .nas)
        let alarms =
            scope.isHouse
            ? try connection.query("select count(*) from alarms where cleared_at is null")[0].int(0) : 0
        return .object(
            ["subscribers", "active", "suspended", "expired", "expiring"].map { ($0, .count(people.int($0))) }
                + [
                    ("online", .count(sessions.int("online"))), ("accepts", .count(logins.int("accepts"))),
                    ("rejects", .count(logins.int("rejects"))),
                    ("reject_reasons", try list(Scoped.reasonSQL, .login, "group by 1 order by 2 desc limit 5")),
                    (
                        "sessions_by_nas",
                        try list(Scoped.bySQL, .liveSession, "group by r.nas_id order by 2 desc limit 10")
                    ), ("nas", .count(routers.int("nas"))), ("nas_silent", .count(routers.int("nas_silent"))),
                    ("alarms", .count(alarms)),
                ])
    }

    private func one(_ sql: String, _ kind: ScopedKind) throws -> Row {
        var text = SQLText()
        let condition = condition(kind, &text)
        return try connection.query("\(sql) and \(condition)", text.parameters)[0]
    }

    private func list(_ sql: String, _ kind: ScopedKind, _ end: String) throws -> JSON {
        var text = SQLText()
        let condition = condition(kind, &text)
        return .array(
            try connection.query("\(sql) and \(condition) \(end)", text.parameters).map { row in
                .object([("name", .text(row.text(0))), ("count", .count(row.int(1)))])
            })
    }

    private static let peopleSQL = """
        select count(*) as subscribers,
               count(*) filter (where r.is_active and (r.expiry_date is null or r.expiry_date > now())) as active,
               count(*) filter (where not r.is_active) as suspended,
               count(*) filter (where r.expiry_date <= now()) as expired,
               count(*) filter (where r.expiry_date > now() and r.expiry_date <= now() + interval '3 days') as expiring
          from subscribers r where r.deleted_at is null
        """
    private static let loginSQL = """
        select coalesce(sum(weight) filter (where r.outcome = 'accept'), 0)::bigint as accepts,
               coalesce(sum(weight) filter (where r.outcome = 'reject'), 0)::bigint as rejects
          from radius_logs r where r.at > now() - interval '5 minutes'
        """
    private static let reasonSQL = """
        select coalesce(r.reason, 'unknown'), sum(weight)::bigint
          from radius_logs r where r.at > now() - interval '5 minutes' and r.outcome = 'reject'
        """
    private static let bySQL = """
        select coalesce((select n.name from nas_devices n where n.id = r.nas_id), 'unknown'), count(*)
          from sessions_live r where r.state = 'live'
        """
    private static let nasSQL = """
        select count(*) as nas,
               count(*) filter (where r.last_seen is null or r.last_seen < now() - interval '15 minutes') as nas_silent
          from nas_devices r where r.deleted_at is null
        """
}
