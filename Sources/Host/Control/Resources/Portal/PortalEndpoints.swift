import HTTP
import PluginAPI

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
        .json(try CustomerAccount(call.connection, call.principal).overview())
    }
    .output(.record(fields))

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
        .json(.object([("items", .array(try CustomerAccount(call.connection, call.principal).sessions()))]))
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
