import HTTP
import PluginAPI
import Store

/// Webhooks: where integrators are told of events.
enum WebhookEndpoints {
    static func all(_ house: House) -> [Endpoint] {
        [create(house), change(house), remove(house), secret(house), ping(house), deliveries, redeliver(house)]
    }

    private static func fields(isNew: Bool) -> [FieldDescription] {
        [
            FieldDescription(name: "name", kind: .text, isRequired: isNew, constraints: [.length(1...100)]),
            FieldDescription(
                name: "url", kind: .format("uri"), text: "http(s)://…, posted to", isRequired: isNew,
                constraints: [.length(8...2000)]),
            FieldDescription(
                name: "topics", kind: .list(.text), text: "`subscriber.changed`, `nas.*`, `job.*` …", isRequired: isNew,
                constraints: [.length(1...50)]),
            FieldDescription(name: "is_active", kind: .bool, text: "(true)"),
        ]
    }

    private static let secretShown: [FieldDescription] = [
        CommonFields.id,
        FieldDescription(name: "secret", kind: .text, text: "signs what is posted; shown this once, never again"),
    ]

    private static func webhooks(_ call: Call, _ house: House) -> Webhooks {
        Webhooks(call.connection, viewer: call.principal, actor: call.actor) { try house.seal($0, $1) }
    }

    private static func create(_ house: House) -> Endpoint {
        Endpoint(.post, "/webhooks", .may("webhooks.manage"), "Add a webhook; it hears what its owner may hear") {
            call in
            let draft = Webhooks.Draft(
                name: call.inputs.text("name") ?? "", url: call.inputs.text("url") ?? "",
                topics: call.inputs.texts("topics") ?? [], isActive: call.inputs.bool("is_active") ?? true)
            let made = try webhooks(call, house).create(draft)
            return .json(.object([("id", .integer(made.id)), ("secret", .text(made.secret))]))
        }
        .body(fields(isNew: true)).output(.record(secretShown), status: 201)
    }

    private static func change(_ house: House) -> Endpoint {
        Endpoint(.patch, "/webhooks/{id}", .may("webhooks.manage"), "Change a webhook") { call in
            try Scoped(call.connection, call.scope).find(.webhook, call.id)
            let rows = try call.connection.query(
                "select name, url, topics, is_active from webhooks where id = $1", [.int(call.id)])
            guard let row = rows.first else { throw RecordRefusal("there is no webhook", code: "not_found") }
            let draft = Webhooks.Draft(
                name: call.inputs.text("name") ?? row.text(0), url: call.inputs.text("url") ?? row.text(1),
                topics: call.inputs.texts("topics") ?? row.textArray(2),
                isActive: call.inputs.bool("is_active") ?? row.bool(3))
            try webhooks(call, house).change(call.id, draft, version: call.version)
            return .none
        }
        .changes(fields(isNew: false)).output(.none, status: 204).versioned()
    }

    private static func remove(_ house: House) -> Endpoint {
        Endpoint(.delete, "/webhooks/{id}", .may("webhooks.manage"), "Remove a webhook and what it was owed") { call in
            try webhooks(call, house).remove(call.id)
            return .none
        }
        .output(.none, status: 204)
    }

    private static func secret(_ house: House) -> Endpoint {
        Endpoint(.post, "/webhooks/{id}/secret", .may("webhooks.manage"), "Make a webhook's secret anew") { call in
            let secret = try webhooks(call, house).renewSecret(call.id)
            return .json(.object([("id", .integer(call.id)), ("secret", .text(secret))]))
        }
        .output(.record(secretShown))
    }

    private static func ping(_ house: House) -> Endpoint {
        Endpoint(.post, "/webhooks/{id}/ping", .may("webhooks.manage"), "Send a webhook a trial message") { call in
            .json(.object([("delivery_id", .integer(try webhooks(call, house).ping(call.id)))]))
        }
        .output(.record([FieldDescription(name: "delivery_id", kind: .integer)]), status: 202)
    }

    private static let delivery: [FieldDescription] = [
        CommonFields.id, FieldDescription(name: "topic", kind: .text),
        FieldDescription(name: "state", kind: .choice(["pending", "delivered", "given-up"])),
        FieldDescription(name: "attempts", kind: .integer),
        FieldDescription(name: "last_status", kind: .optional(.integer), text: "HTTP status of the last attempt"),
        FieldDescription(name: "last_error", kind: .optional(.text)),
        FieldDescription(name: "created_at", kind: .format("date-time")),
        FieldDescription(name: "delivered_at", kind: .optional(.format("date-time"))),
        FieldDescription(name: "payload", kind: .format("json")),
    ]

    private static let deliveries = Endpoint(
        .get, "/webhooks/{id}/deliveries", .may("webhooks.view"), "What a webhook was told, the latest first"
    ) { call in
        try Scoped(call.connection, call.scope).find(.webhook, call.id)
        let rows = try call.connection.query(
            """
            select id, topic, state, attempts, last_status, last_error, created_at, delivered_at, payload
              from webhook_deliveries where webhook_id = $1 and ($2::bigint is null or id < $2) order by id desc limit $3
            """,
            [.int(call.id), Parameter(call.inputs.integer("before")), .int(call.inputs.integer("size") ?? 50)])
        let items: [JSON] = rows.map { row in
            .object([
                ("id", .count(row.int(0))), ("topic", .text(row.text(1))), ("state", .text(row.text(2))),
                ("attempts", .count(row.int(3))), ("last_status", row.optionalInt(4).map { .count($0) } ?? .null),
                ("last_error", .optional(row.optionalText(5))), ("created_at", .text(TimeJSON.text(row.timestamp(6)))),
                ("delivered_at", .optional(row.optionalTimestamp(7).map(TimeJSON.text))),
                ("payload", .raw(row.text(8))),
            ])
        }
        return .json(.object([("items", .array(items))]))
    }
    .query(
        FieldDescription(
            name: "before", kind: .integer, text: "older than this id", constraints: [.range(1...Int64.max)]),
        FieldDescription(name: "size", kind: .integer, text: "at most so many (50)", constraints: [.range(1...500)])
    )
    .output(.items(delivery))

    private static func redeliver(_ house: House) -> Endpoint {
        Endpoint(
            .post, "/webhooks/deliveries/{id}/redeliver", .may("webhooks.manage"), "Send a delivery once more"
        ) { call in
            try webhooks(call, house).redeliver(call.id)
            return .none
        }
        .output(.none, status: 204)
    }
}
