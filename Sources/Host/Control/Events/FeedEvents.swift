import HTTP
import Store

/// Events from rows of the change feed: the rows are looked up once for all who listen, a query a table.
enum FeedEvents {
    /// More subscribers at once (an import) are told by reseller, not one by one.
    static let mostSingly = 1000

    static func make(_ changes: [ChangeFeed.Change], _ connection: Connection) throws -> [Event] {
        var keys: [String: [Int64?]] = [:]
        for change in changes { keys[change.topic, default: []].append(Int64(change.key)) }
        var events: [Event] = []
        if let ids = keys["subscribers"] { events += try subscribers(ids, connection) }
        if let ids = keys["nas_devices"] { events += try routers(ids, connection) }
        if let ids = keys["services"] { events += try services(ids, connection) }
        if let ids = keys["alarms"] { events += try alarms(ids, connection) }
        if let ids = keys["jobs"] { events += try jobs(ids, connection) }
        if keys["plugin_states"] != nil { events.append(Event("ui.changed", [], .everyone)) }
        return events
    }

    private static func subscribers(_ ids: [Int64?], _ connection: Connection) throws -> [Event] {
        if ids.count > mostSingly {
            return try connection.query(
                "select reseller_path, count(*) from subscribers where id = any($1) group by reseller_path order by 1",
                [.intArray(ids)]
            ).map { Event("subscriber.changed", [("many", .count($0.int(1)))], .path($0.text(0))) }
        }
        let rows = try connection.query(
            "select id, username, deleted_at is not null, reseller_path from subscribers where id = any($1) order by id",
            [.intArray(ids)])
        return found(rows, ids, "subscriber.changed") { row in
            Event(
                "subscriber.changed",
                [("id", .count(row.int(0))), ("username", .text(row.text(1))), ("deleted", .bool(row.bool(2)))],
                .path(row.text(3)))
        }
    }

    private static func routers(_ ids: [Int64?], _ connection: Connection) throws -> [Event] {
        let rows = try connection.query(
            """
            select id, name, deleted_at is not null,
                   array(select r.path from reseller_nas m join resellers r on r.id = m.reseller_id where m.nas_id = n.id)
              from nas_devices n where id = any($1) order by id
            """, [.intArray(ids)])
        return found(rows, ids, "nas.changed") { row in
            Event(
                "nas.changed",
                [("id", .count(row.int(0))), ("name", .text(row.text(1))), ("deleted", .bool(row.bool(2)))],
                .shared(path: "", with: row.textArray(3)))
        }
    }

    private static func services(_ ids: [Int64?], _ connection: Connection) throws -> [Event] {
        let rows = try connection.query(
            """
            select id, name, archived_at is not null, reseller_path,
                   array(select r.path from reseller_services m join resellers r on r.id = m.reseller_id
                          where m.service_id = s.id)
              from services s where id = any($1) order by id
            """, [.intArray(ids)])
        return found(rows, ids, "service.changed") { row in
            Event(
                "service.changed",
                [("id", .count(row.int(0))), ("name", .text(row.text(1))), ("archived", .bool(row.bool(2)))],
                .shared(path: row.text(3), with: row.textArray(4)))
        }
    }

    private static func alarms(_ ids: [Int64?], _ connection: Connection) throws -> [Event] {
        let rows = try connection.query(
            """
            select id, kind, subject, cleared_at is null, acknowledged_at is not null from alarms
             where id = any($1) order by id
            """, [.intArray(ids)])
        return found(rows, ids, "alarm.changed") { row in
            Event(
                "alarm.changed",
                [
                    ("id", .count(row.int(0))), ("kind", .text(row.text(1))), ("subject", .text(row.text(2))),
                    ("open", .bool(row.bool(3))), ("acknowledged", .bool(row.bool(4))),
                ], .house)
        }
    }

    private static func jobs(_ ids: [Int64?], _ connection: Connection) throws -> [Event] {
        let rows = try connection.query(
            """
            select id, kind, state, progress_done, progress_total, message, rows_ok, rows_failed, error, operator_id,
                   reseller_path from jobs where id = any($1) order by id
            """, [.intArray(ids)])
        return rows.map { row in
            Event(
                "job.\(row.int(0))",
                [
                    ("id", .count(row.int(0))), ("kind", .text(row.text(1))), ("state", .text(row.text(2))),
                    ("done", .count(row.int(3))), ("total", row.optionalInt(4).map(JSON.count) ?? .null),
                    ("message", .optional(row.optionalText(5))), ("rows_ok", .count(row.int(6))),
                    ("rows_failed", .count(row.int(7))), ("error", .optional(row.optionalText(8))),
                ], .job(operatorID: row.optionalInt(9).map(Int64.init), path: row.text(10)))
        }
    }

    /// What is gone altogether is nobody's any more: the house alone hears of it.
    private static func found(_ rows: Rows, _ ids: [Int64?], _ topic: String, _ event: (Row) -> Event) -> [Event] {
        let known = Set(rows.map { Int64($0.int(0)) })
        let gone = ids.compactMap(\.self).filter { !known.contains($0) }
        return rows.map(event)
            + gone.map { Event(topic, [("id", .integer($0)), ("deleted", .bool(true))], .house) }
    }
}
