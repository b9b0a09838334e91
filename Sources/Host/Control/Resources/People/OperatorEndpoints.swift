import HTTP
import PluginAPI
import Store

/// Operators, as others manage them.
enum OperatorEndpoints {
    static func all(_ house: House) -> [Endpoint] {
        [
            create(house), change(house), remove(house), password(house), secondFactor(house), sessions(house),
            endSessions(house), tokens(house), endTokens(house), revoke(house),
        ]
    }

    private static let roles = FieldDescription(
        name: "role_ids", kind: .list(.integer), text: "nobody gives what he does not hold",
        constraints: [.length(0...100)])
    private static let common: [FieldDescription] = [
        FieldDescription(name: "full_name", kind: .optional(.text), constraints: [.length(0...200)]),
        FieldDescription(name: "email", kind: .optional(.text), constraints: [.length(0...254)]), roles,
    ]
    private static func username(isRequired: Bool) -> FieldDescription {
        FieldDescription(name: "username", kind: .text, isRequired: isRequired, constraints: [.length(1...63)])
    }

    private static let passwordShown = [
        CommonFields.id,
        FieldDescription(
            name: "password", kind: .optional(.text), text: "when it was made here: shown this once, to be changed"),
    ]

    private static func create(_ house: House) -> Endpoint {
        Endpoint(.post, "/operators", .may("operators.create"), "Add an operator") { call in
            let draft = OperatorDraft(
                username: call.inputs.text("username") ?? "", fullName: call.inputs.text("full_name"),
                email: call.inputs.text("email"),
                resellerID: call.inputs.integer("reseller_id") ?? call.scope.resellerID,
                roles: call.inputs.integers("role_ids") ?? [], password: call.inputs.text("password"))
            let made = try house.identity(call.connection).addOperator(draft, by: call.authority)
            return .json(.object([("id", .integer(made.id)), ("password", .optional(made.password))]))
        }
        .body(
            [username(isRequired: true)] + common + [
                FieldDescription(
                    name: "reseller_id", kind: .optional(.integer), text: "null: of the house",
                    constraints: [.range(1...Int64.max)]),
                FieldDescription(
                    name: "password", kind: .optional(.text), text: "null: one is made", isSecret: true,
                    constraints: [.length(1...1024)]),
            ]
        )
        .output(.record(passwordShown), status: 201)
    }

    private static func change(_ house: House) -> Endpoint {
        Endpoint(.patch, "/operators/{id}", .may("operators.edit"), "Change an operator") { call in
            let change = OperatorChange(
                username: call.inputs.text("username"), fullName: call.cleared("full_name"),
                email: call.cleared("email"), isActive: call.inputs.bool("is_active"),
                roles: call.inputs.integers("role_ids"))
            try house.identity(call.connection).changeOperator(
                call.id, change, version: call.version, by: call.authority)
            return .none
        }
        .changes(
            [username(isRequired: false)] + common
                + [FieldDescription(name: "is_active", kind: .bool, text: "off: out at once")]
        )
        .output(.none, status: 204).versioned()
    }

    private static func remove(_ house: House) -> Endpoint {
        Endpoint(.delete, "/operators/{id}", .may("operators.delete"), "Remove an operator") { call in
            try house.identity(call.connection).removeOperator(call.id, version: call.version, by: call.authority)
            return .none
        }
        .output(.none, status: 204).versioned()
    }

    private static func password(_ house: House) -> Endpoint {
        Endpoint(
            .post, "/operators/{id}/password", .may("operators.edit"),
            "Give an operator a new password, which he must change; ends his sessions, his tokens and his lock"
        ) { call in
            let made = try house.identity(call.connection).resetPassword(call.id, by: call.authority)
            return .json(.object([("id", .integer(call.id)), ("password", .optional(made))]))
        }
        .output(.record(passwordShown))
    }

    private static func secondFactor(_ house: House) -> Endpoint {
        Endpoint(
            .delete, "/operators/{id}/second-factor", .may("operators.edit"),
            "Take the second factor away from an operator who lost it"
        ) { call in
            try house.identity(call.connection).resetSecondFactor(call.id, by: call.authority)
            return .none
        }
        .output(.none, status: 204)
    }

    private static func sessions(_ house: House) -> Endpoint {
        Endpoint(.get, "/operators/{id}/sessions", .may("tokens.manage"), "An operator's open sessions") { call in
            let identity = house.identity(call.connection)
            try identity.checkGoverned(call.id, by: call.authority)
            let sessions = try identity.sessions(of: .operator, call.id)
            return .json(
                .object([("items", .array(sessions.map { MeEndpoints.json($0, current: call.principal) }))]))
        }
        .output(.items(MeEndpoints.sessionFields))
    }

    private static func endSessions(_ house: House) -> Endpoint {
        Endpoint(.delete, "/operators/{id}/sessions", .may("tokens.manage"), "End all of an operator's sessions") {
            call in
            let identity = house.identity(call.connection)
            try identity.checkGoverned(call.id, by: call.authority)
            try identity.endSessions(of: .operator, call.id, nil, call.actor)
            return .none
        }
        .output(.none, status: 204)
    }

    private static func tokens(_ house: House) -> Endpoint {
        Endpoint(.get, "/operators/{id}/tokens", .may("tokens.manage"), "An operator's API tokens") { call in
            let identity = house.identity(call.connection)
            try identity.checkGoverned(call.id, by: call.authority)
            let tokens = try identity.tokens(of: call.id)
            return .json(.object([("items", .array(tokens.map { .object(MeEndpoints.members($0)) }))]))
        }
        .output(.items(MeEndpoints.tokenFields))
    }

    private static func endTokens(_ house: House) -> Endpoint {
        Endpoint(
            .delete, "/operators/{id}/tokens", .may("tokens.manage"), "Revoke all of an operator's tokens, at once"
        ) { call in
            let identity = house.identity(call.connection)
            try identity.checkGoverned(call.id, by: call.authority)
            try identity.endTokens(of: call.id, nil, call.actor)
            return .none
        }
        .output(.none, status: 204)
    }

    private static func revoke(_ house: House) -> Endpoint {
        Endpoint(
            .delete, "/operators/{id}/tokens/{token_id}", .may("tokens.manage"),
            "Revoke an operator's token, at once"
        ) { call in
            let identity = house.identity(call.connection)
            try identity.checkGoverned(call.id, by: call.authority)
            try identity.revokeToken(call.inputs.integer("token_id") ?? 0, of: call.id, call.actor)
            return .none
        }
        .output(.none, status: 204)
    }
}

extension Call {
    var authority: Authority { Authority(principal, actor) }

    /// A text to be set; null clears it, which the records write as an empty one; nil: stays.
    func cleared(_ name: String) -> String? { inputs.has(name) ? inputs.text(name) ?? "" : nil }
}
