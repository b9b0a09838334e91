import HTTP
import PluginAPI
import Store
import Threads

/// The figures of the first page: of the house, or of a reseller's own.
enum DashboardEndpoints {
    static func all(_ house: House) -> [Endpoint] {
        let kept = KeptFigures()
        return [
            Endpoint(.get, "/dashboard", .may("dashboard.view"), "Figures of the whole, at most five seconds old") {
                call in
                let now = house.clock()
                if let json = kept.find(call.scope, now: now) { return .json(json) }
                let json = try figures(call)
                kept.keep(json, call.scope, now: now)
                return .json(json)
            }
            .output(.record(fields))
        ]
    }

    private static let count: [FieldDescription] = [
        FieldDescription(name: "name", kind: .text), FieldDescription(name: "count", kind: .integer),
    ]

    static let fields: [FieldDescription] = [
        FieldDescription(name: "subscribers", kind: .integer),
        FieldDescription(name: "active", kind: .integer, text: "switched on and not expired"),
        FieldDescription(name: "suspended", kind: .integer, text: "switched off"),
        FieldDescription(name: "expired", kind: .integer),
        FieldDescription(name: "expiring", kind: .integer, text: "within three days"),
        FieldDescription(name: "online", kind: .integer, text: "live sessions"),
        FieldDescription(name: "accepts", kind: .integer, text: "logins of the last five minutes"),
        FieldDescription(name: "rejects", kind: .integer, text: "of the last five minutes"),
        FieldDescription(name: "reject_reasons", kind: .list(.record(count)), text: "the five most frequent"),
        FieldDescription(name: "sessions_by_nas", kind: .list(.record(count)), text: "the ten with most"),
        FieldDescription(name: "nas", kind: .integer),
        FieldDescription(name: "nas_silent", kind: .integer, text: "without a packet for fifteen minutes"),
        FieldDescription(name: "alarms", kind: .integer, text: "open; the house's only"),
    ]

    private static func figures(_ call: Call) throws -> JSON {
        let people = try one(call, peopleSQL, .subscriber)
        let sessions = try one(
            call, "select count(*) as online from sessions_live r where r.state = 'live'", .liveSession)
        let logins = try one(call, loginSQL, .login)
        let routers = try one(call, nasSQL, .nas)
        let alarms =
            call.scope.isHouse
            ? try call.connection.query("select count(*) from alarms where cleared_at is null")[0].int(0) : 0
        return .object(
            ["subscribers", "active", "suspended", "expired", "expiring"].map { ($0, .count(people.int($0))) }
                + [
                    ("online", .count(sessions.int("online"))), ("accepts", .count(logins.int("accepts"))),
                    ("rejects", .count(logins.int("rejects"))),
                    ("reject_reasons", try list(call, reasonSQL, .login, "group by 1 order by 2 desc limit 5")),
                    (
                        "sessions_by_nas",
                        try list(call, bySQL, .liveSession, "group by r.nas_id order by 2 desc limit 10")
                    ), ("nas", .count(routers.int("nas"))), ("nas_silent", .count(routers.int("nas_silent"))),
                    ("alarms", .count(alarms)),
                ])
    }

    private static func one(_ call: Call, _ sql: String, _ kind: ScopedKind) throws -> Row {
        var text = SQLText()
        let condition = try Scoped(call.connection, call.scope).condition(kind, &text)
        return try call.connection.query("\(sql) and \(condition)", text.parameters)[0]
    }

    private static func list(_ call: Call, _ sql: String, _ kind: ScopedKind, _ end: String) throws -> JSON {
        var text = SQLText()
        let condition = try Scoped(call.connection, call.scope).condition(kind, &text)
        return .array(
            try call.connection.query("\(sql) and \(condition) \(end)", text.parameters).map { row in
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

/// Figures of the last seconds, so that many who look cost as much as one.
private final class KeptFigures: Sendable {
    private struct Entry {
        let json: JSON
        let at: Int64
    }

    private let entries = Locked<[Scope: Entry]>([:])
    private static let microseconds: Int64 = 5_000_000
    private static let most = 1000

    func find(_ scope: Scope, now: Int64) -> JSON? {
        entries.withLock { entries in
            entries[scope].flatMap { now - $0.at < KeptFigures.microseconds ? $0.json : nil }
        }
    }

    func keep(_ json: JSON, _ scope: Scope, now: Int64) {
        entries.withLock { entries in
            if entries.count >= KeptFigures.most { entries = [:] }
            entries[scope] = Entry(json: json, at: now)
        }
    }
}
