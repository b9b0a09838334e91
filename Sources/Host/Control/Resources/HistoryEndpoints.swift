import HTTP
import PluginAPI
import Store

/// What was done to one record, by whom, newest first: the audit log seen from the record.
enum HistoryEndpoints {
    static let all: [Endpoint] = [
        history("/subscribers", .subscriber, noun: "subscriber", may: "subscribers.view"),
        history("/services", .service, noun: "service", may: "services.view"),
        history("/nas", .nas, noun: "nas", may: "nas.view"),
        history("/resellers", .reseller, noun: "reseller", may: "resellers.view"),
        history("/operators", .operator, noun: "operator", may: "operators.view"),
    ]

    private static func history(
        _ path: String, _ kind: ScopedKind, noun: String, may permission: String
    ) -> Endpoint {
        Endpoint(.get, "\(path)/{id}/history", .may(permission), "What was done to it, newest first") { call in
            try Scoped(call.connection, call.scope).find(kind, call.id)
            let rows = try call.connection.query(
                sql,
                [
                    .text(noun), .int(call.id), Parameter(call.inputs.integer("before")),
                    .int(call.inputs.integer("size") ?? 50),
                ])
            return .json(.object([("items", .array(rows.map(entry)))]))
        }
        .query(
            FieldDescription(
                name: "before", kind: .integer, text: "entries older than this id", constraints: [.range(1...Int64.max)]
            ),
            FieldDescription(name: "size", kind: .integer, text: "at most so many (50)", constraints: [.range(1...500)])
        )
        .output(.items(fields))
    }

    static let fields: [FieldDescription] = [
        CommonFields.id, FieldDescription(name: "at", kind: .format("date-time")),
        FieldDescription(name: "actor", kind: .text), FieldDescription(name: "on_behalf_of", kind: .optional(.text)),
        FieldDescription(name: "source", kind: .optional(.text), text: "address, or the command line"),
        FieldDescription(name: "action", kind: .text),
        FieldDescription(name: "request_id", kind: .optional(.text)),
        FieldDescription(name: "changes", kind: .format("json"), text: "field: [before, after]"),
    ]

    private static let sql = """
        select id, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, actor, on_behalf_of, source,
               action, request_id, coalesce(audit_diff(before, after), '{}')::text as changes
          from audit_log
         where object_kind = $1 and object_id = $2 and ($3::bigint is null or id < $3) order by id desc limit $4
        """

    private static func entry(_ row: Row) -> JSON {
        .object([
            ("id", .count(row.int("id"))), ("at", .text(row.text("at"))), ("actor", .text(row.text("actor"))),
            ("on_behalf_of", .optional(row.optionalText("on_behalf_of"))),
            ("source", .optional(row.optionalText("source"))), ("action", .text(row.text("action"))),
            ("request_id", .optional(row.optionalText("request_id"))), ("changes", .raw(row.text("changes"))),
        ])
    }
}
