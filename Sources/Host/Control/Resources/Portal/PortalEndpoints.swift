import HTTP
import PluginAPI
import Store

/// What a customer sees and changes of his own account. Nothing here takes an id: it is always his.
enum PortalEndpoints {
    static func all(_ house: House) -> [Endpoint] { [account, contact(house), password(house), sessions, usage] }

    private static let fields: [FieldDescription] = [
        FieldDescription(name: "username", kind: .text), FieldDescription(name: "full_name", kind: .optional(.text)),
        FieldDescription(name: "email", kind: .optional(.text)),
        FieldDescription(name: "phone", kind: .optional(.text)),
        FieldDescription(
            name: "status", kind: .choice(["active", "expired", "suspended"]), text: "whether he can connect"),
        FieldDescription(name: "expiry_date", kind: .optional(.format("date-time"))),
        FieldDescription(name: "service", kind: .optional(.text)),
        FieldDescription(name: "down_bps", kind: .optional(.integer), text: "of the tier in force"),
        FieldDescription(name: "up_bps", kind: .optional(.integer)),
        FieldDescription(name: "online", kind: .bool),
    ]

    private static let account = Endpoint(.get, "/portal/account", .may("portal.view"), "The customer's own account") {
        call in
        let row = try call.connection.query(accountSQL, [.int(call.principal.id)])[0]
        return .json(
            .object([
                ("username", .text(row.text(0))), ("full_name", .optional(row.optionalText(1))),
                ("email", .optional(row.optionalText(2))), ("phone", .optional(row.optionalText(3))),
                ("status", .text(row.text(4))),
                ("expiry_date", .optional(row.optionalTimestamp(5).map(TimeJSON.text))),
                ("service", .optional(row.optionalText(6))),
                ("down_bps", row.optionalInt(7).map { .count($0) } ?? .null),
                ("up_bps", row.optionalInt(8).map { .count($0) } ?? .null), ("online", .bool(row.bool(9))),
            ]))
    }
    .output(.record(fields))

    private static let accountSQL = """
        select s.username, s.full_name, s.email, s.phone,
               case when not s.is_active then 'suspended' when s.expiry_date <= now() then 'expired' else 'active' end,
               s.expiry_date, v.name, t.down_bps, t.up_bps,
               exists (select from sessions_live l where l.subscriber_id = s.id and l.state = 'live')
          from subscribers s left join services v on v.id = s.service_id
          left join service_tiers t on t.service_id = s.service_id and t.position = s.tier_position
         where s.id = $1
        """

    private static func contact(_ house: House) -> Endpoint {
        Endpoint(.patch, "/portal/account", .may("portal.edit"), "Change one's own contact data") { call in
            let own = SubscriberFields.all.filter { ["email", "phone"].contains($0.input.name) }
            try call.records(house).setSubscriber(
                id: call.principal.id, name: call.principal.name, password: nil, own.columns(call.inputs.body))
            return .none
        }
        .changes(SubscriberFields.all.filter { ["email", "phone"].contains($0.input.name) }.inputs)
        .output(.none, status: 204)
    }

    private static func password(_ house: House) -> Endpoint {
        Endpoint(
            .put, "/portal/password", .may("portal.password"),
            "Change one's own password: of the portal and of the connection, which are one"
        ) { call in
            try house.identity(call.connection).checkCustomerPassword(call.principal, call.inputs.text("old") ?? "")
            let new = try SubscriberPassword(call.inputs.text("new") ?? "")
            try call.records(house).setSubscriber(id: call.principal.id, name: call.principal.name, password: new, [])
            return .none
        }
        .body([
            FieldDescription(
                name: "old", kind: .text, isRequired: true, isSecret: true, constraints: [.length(1...128)]),
            FieldDescription(
                name: "new", kind: .text, text: "8 characters or more", isRequired: true, isSecret: true,
                constraints: [.length(8...128)]),
        ])
        .output(.none, status: 204).errors(RouteError("locked", status: 429, "too many wrong passwords")).signIn()
    }

    private static let sessions = Endpoint(
        .get, "/portal/sessions", .may("portal.sessions"), "One's own sessions of late, the latest first"
    ) { call in
        let rows = try call.connection.query(
            """
            select started_at, stopped_at, framed_ip, session_seconds, input_octets, output_octets
              from sessions where subscriber_id = $1 and record_kind = 'session' and started_at is not null
               and (stopped_at is null or stopped_at > now() - interval '90 days')
             order by started_at desc limit 100
            """, [.int(call.principal.id)])
        let items: [JSON] = rows.map { row in
            .object([
                ("started_at", .text(TimeJSON.text(row.timestamp(0)))),
                ("stopped_at", .optional(row.optionalTimestamp(1).map(TimeJSON.text))),
                ("address", .optional(row.optionalText(2))), ("session_seconds", .count(row.int(3))),
                ("input_octets", .count(row.int(4))), ("output_octets", .count(row.int(5))),
            ])
        }
        return .json(.object([("items", .array(items))]))
    }
    .output(
        .items([
            FieldDescription(name: "started_at", kind: .format("date-time")),
            FieldDescription(name: "stopped_at", kind: .optional(.format("date-time"))),
            FieldDescription(name: "address", kind: .optional(.text)),
            FieldDescription(name: "session_seconds", kind: .integer),
            FieldDescription(name: "input_octets", kind: .integer, text: "from the customer"),
            FieldDescription(name: "output_octets", kind: .integer, text: "to the customer"),
        ]))

    private static let usage = SubscriberFigures.usage(
        "/portal/usage", .may("portal.sessions"), "What one used, by day or month (UTC)"
    ) { $0.principal.id }
}
