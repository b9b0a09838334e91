import HTTP
import PluginAPI
import Store

/// Customers' accounts: add, change, renew, remove.
enum SubscriberEndpoints {
    static func all(_ house: House) -> [Endpoint] {
        [create(house), change(house), remove(house), renew(house), reveal(house)]
    }

    private static let references: [(field: String, kind: ScopedKind)] = [
        ("service_id", .serviceForSale), ("next_service_id", .serviceForSale), ("reseller_id", .reseller),
    ]

    private static let inputs =
        SubscriberFields.all.inputs + [SubscriberFields.password, SubscriberFields.passwordKind]
        + AttributeFields.inputs

    private static func create(_ house: House) -> Endpoint {
        Endpoint(.post, "/subscribers", .may("subscribers.create"), "Add a subscriber") { call in
            let attributes = try call.attributes(house)
            let password = try password(call)
            var values = call.inputs.body
            try own(&values, call, isNew: true)
            let fields = SubscriberFields.all.filter { $0.input.name != "username" }.columns(values)
            let id = try call.connection.transaction { () throws -> Int64 in
                try call.findReferences(references)
                return try call.records(house).addSubscriber(
                    call.inputs.text("username") ?? "", password: password, fields, replies: attributes.replies,
                    checks: attributes.checks)
            }
            return .json(.object([("id", .integer(id))]))
        }
        .body(inputs).output(.record(CommonFields.created), status: 201)
    }

    private static func change(_ house: House) -> Endpoint {
        Endpoint(
            .patch, "/subscribers/{id}", .may("subscribers.edit"), "Change a subscriber; in force within a second"
        ) { call in
            let attributes = try call.attributes(house)
            if call.inputs.has("password"), !call.principal.may("subscribers.password") {
                throw Problem(403, "forbidden", "To set a password needs the permission subscribers.password.")
            }
            let password = try password(call)
            var values = call.inputs.body
            try own(&values, call, isNew: false)
            try call.change(.subscriber, call.id) {
                try call.findReferences(references)
                try call.records(house).setSubscriber(
                    id: call.id, name: try call.name(of: .subscriber, call.id), password: password,
                    dropsPassword: call.inputs.body["password"] == .null, SubscriberFields.all.columns(values),
                    replies: attributes.replies, checks: attributes.checks)
            }
            return .none
        }
        .changes(inputs).output(.none, status: 204).versioned()
    }

    private static func remove(_ house: House) -> Endpoint {
        Endpoint(
            .delete, "/subscribers/{id}", .may("subscribers.delete"), "Remove a subscriber; its history stays"
        ) { call in
            try call.change(.subscriber, call.id) {
                try call.records(house).retire(
                    .subscriber, id: call.id, name: try call.name(of: .subscriber, call.id))
            }
            return .none
        }
        .output(.none, status: 204).versioned()
    }

    private static func renew(_ house: House) -> Endpoint {
        Endpoint(
            .post, "/subscribers/{id}/renew", .may("subscribers.edit"),
            "Give a subscriber more days, from the end of what he has; a service chosen for renewal comes into force"
        ) { call in
            try call.change(.subscriber, call.id) {
                try call.records(house).renew(
                    call.id, days: Int(call.inputs.integer("days") ?? 0), now: house.clock())
            }
            return .none
        }
        .body([
            FieldDescription(
                name: "days", kind: .integer, text: "how many", isRequired: true, constraints: [.range(1...3660)])
        ])
        .output(.none, status: 204).versioned()
    }

    /// Seldom needed, so permitted apart, and noted.
    private static func reveal(_ house: House) -> Endpoint {
        Endpoint(
            .post, "/subscribers/{id}/password/reveal", .may("subscribers.reveal"),
            "Show a subscriber's password; noted in the audit log"
        ) { call in
            try call.scoped().find(.subscriber, call.id)
            let password = try call.records(house).revealPassword(call.id, open: house.open)
            return .json(.object([("password", .text(password))]))
        }
        .output(.record([FieldDescription(name: "password", kind: .text)]))
    }

    /// A reseller's subscriber is his, or a reseller's below him; he can't give one to the house.
    private static func own(_ values: inout [String: FieldValue], _ call: Call, isNew: Bool) throws {
        guard let reseller = call.scope.resellerID else { return }
        if values["reseller_id"] == nil, isNew { values["reseller_id"] = .integer(reseller) }
        if values["reseller_id"] == .null {
            throw Problem(
                403, "forbidden", "A reseller can't give a subscriber to the house.",
                fields: [(name: "reseller_id", text: "must be a reseller")])
        }
    }

    private static func password(_ call: Call) throws -> SubscriberPassword? {
        guard let text = call.inputs.text("password") else { return nil }
        do {
            return try SubscriberPassword(text, kind: call.inputs.text("password_kind") ?? "cleartext")
        } catch let refusal as RecordRefusal {
            throw Problem(
                409, "password_refused", "The password is refused: \(refusal.message).",
                fields: [(name: "password", text: refusal.message)])
        }
    }
}
