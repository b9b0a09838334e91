import HTTP
import PluginAPI
import Store

/// What is about the caller himself: who he is, his password, second factor, sessions and tokens.
enum MeEndpoints {
    static func all(_ house: House) -> [Endpoint] {
        [me, password(house)] + secondFactor(house) + sessions(house) + tokens(house)
    }

    static let fields: [FieldDescription] = [
        FieldDescription(name: "kind", kind: .choice(["operator", "customer"])), CommonFields.id,
        FieldDescription(name: "username", kind: .text),
        FieldDescription(name: "full_name", kind: .optional(.text)),
        FieldDescription(name: "reseller_id", kind: .optional(.integer), text: "null: a person of the house"),
        FieldDescription(name: "reseller_name", kind: .optional(.text)),
        FieldDescription(name: "permissions", kind: .list(.text)),
        FieldDescription(name: "must_change_password", kind: .bool, text: "nothing else is allowed until then"),
        FieldDescription(name: "has_second_factor", kind: .bool),
        FieldDescription(name: "impersonator", kind: .optional(.text), text: "the operator behind a log-in-as"),
    ]

    private static let me = Endpoint(.get, "/me", .anyone, "Who the caller is, and what he may do") { call in
        .json(.object(try about(call.principal, call.connection)))
    }
    .output(.record(fields)).beforePassword()

    static func about(_ principal: Principal, _ connection: Connection) throws -> [(String, JSON)] {
        let row = try Identity.portrait(of: principal, connection)
        return [
            ("kind", .text(principal.kind.rawValue)), ("id", .integer(principal.id)),
            ("username", .text(principal.name)), ("full_name", .optional(row?.optionalText(0))),
            ("reseller_id", row?.optionalInt(1).map { .count($0) } ?? .null),
            ("reseller_name", .optional(row?.optionalText(2))),
            ("permissions", .array(principal.permissions.sorted().map(JSON.text))),
            ("must_change_password", .bool(principal.mustChangePassword)),
            ("has_second_factor", .bool(row?.bool(3) ?? false)),
            ("impersonator", .optional(principal.impersonator)),
        ]
    }

    private static func password(_ house: House) -> Endpoint {
        let text = FieldConstraint.length(1...1024)
        return Endpoint(
            .put, "/me/password", .operator, "Change one's own password; ends the other sessions and the API tokens"
        ) { call in
            try house.identity(call.connection).changePassword(
                call.principal, old: call.inputs.text("old") ?? "", new: call.inputs.text("new") ?? "",
                endTokens: call.inputs.bool("end_tokens") ?? true, call.actor)
            return .none
        }
        .body([
            FieldDescription(name: "old", kind: .text, isRequired: true, isSecret: true, constraints: [text]),
            FieldDescription(
                name: "new", kind: .text, text: "12 characters or more", isRequired: true, isSecret: true,
                constraints: [text]),
            FieldDescription(
                name: "end_tokens", kind: .bool, text: "false: one's API tokens go on being valid (true)"),
        ])
        .output(.none, status: 204).errors(RouteError("locked", status: 429, "too many wrong passwords"))
        .beforePassword().signIn()
    }

    // MARK: second factor

    private static let code = FieldDescription(
        name: "code", kind: .text, text: "six digits of the app, or a recovery code", isRequired: true, isSecret: true,
        constraints: [.length(1...100)])
    private static let codes = FieldDescription(
        name: "recovery_codes", kind: .list(.text), text: "shown this once; each in place of a code, once")

    private static func secondFactor(_ house: House) -> [Endpoint] {
        [
            Endpoint(.post, "/me/second-factor", .operator, "Begin a second factor (TOTP, RFC 6238)") { call in
                let enrolment = try house.identity(call.connection).enrolSecondFactor(call.principal, call.actor)
                return .json(.object([("secret", .text(enrolment.secret)), ("uri", .text(enrolment.uri))]))
            }
            .output(
                .record([
                    FieldDescription(name: "secret", kind: .text, text: "base32, to be typed"),
                    FieldDescription(name: "uri", kind: .text, text: "otpauth://…, as a picture for the app"),
                ])),
            Endpoint(.post, "/me/second-factor/confirm", .operator, "Put it in force by a first code") { call in
                let codes = try house.identity(call.connection).confirmSecondFactor(
                    call.principal, code: call.inputs.text("code") ?? "", call.actor)
                return .json(.object([("recovery_codes", .array(codes.map(JSON.text)))]))
            }
            .body([code]).output(.record([codes])).signIn(),
            Endpoint(.post, "/me/second-factor/recovery-codes", .operator, "New recovery codes; the old ones end") {
                call in
                let codes = try house.identity(call.connection).renewRecoveryCodes(
                    call.principal, code: call.inputs.text("code") ?? "", call.actor)
                return .json(.object([("recovery_codes", .array(codes.map(JSON.text)))]))
            }
            .body([code]).output(.record([codes])).signIn(),
            Endpoint(.post, "/me/second-factor/end", .operator, "End the second factor, by a code of it") { call in
                try house.identity(call.connection).disableSecondFactor(
                    call.principal, code: call.inputs.text("code") ?? "", call.actor)
                return .none
            }
            .body([code]).output(.none, status: 204).signIn(),
        ]
    }

    // MARK: sessions and tokens

    static let sessionFields: [FieldDescription] = [
        CommonFields.id, FieldDescription(name: "created_at", kind: .format("date-time")),
        FieldDescription(name: "last_used_at", kind: .format("date-time")),
        FieldDescription(name: "expires_at", kind: .format("date-time")),
        FieldDescription(name: "address", kind: .optional(.text)),
        FieldDescription(name: "user_agent", kind: .optional(.text)),
        FieldDescription(name: "impersonator", kind: .optional(.text)),
        FieldDescription(name: "is_current", kind: .bool),
    ]

    static func json(_ session: SessionRecord, current: Principal) -> JSON {
        .object([
            ("id", .integer(session.id)), ("created_at", .text(TimeJSON.text(session.createdAt))),
            ("last_used_at", .text(TimeJSON.text(session.lastUsedAt))),
            ("expires_at", .text(TimeJSON.text(session.expiresAt))), ("address", .optional(session.address)),
            ("user_agent", .optional(session.userAgent)), ("impersonator", .optional(session.impersonator)),
            ("is_current", .bool(current.credential == .session(session.id))),
        ])
    }

    private static func sessions(_ house: House) -> [Endpoint] {
        [
            Endpoint(.get, "/me/sessions", .anyone, "One's own open sessions") { call in
                let sessions = try house.identity(call.connection).sessions(
                    of: call.principal.kind, call.principal.id)
                return .json(.object([("items", .array(sessions.map { json($0, current: call.principal) }))]))
            }
            .output(.items(sessionFields)),
            Endpoint(.delete, "/me/sessions", .anyone, "End all of one's own sessions but the one that asks, at once") {
                call in
                guard case .session(let current) = call.principal.credential, call.principal.impersonator == nil else {
                    throw IdentityRefusal(.ownSessionNeeded)
                }
                try house.identity(call.connection).endSessions(
                    of: call.principal.kind, call.principal.id, call.principal.name, except: current, call.actor)
                return .none
            }
            .output(.none, status: 204),
            Endpoint(.delete, "/me/sessions/{id}", .anyone, "End one of one's own sessions, at once") { call in
                try call.principal.requireOwnSession()
                try house.identity(call.connection).revokeSession(
                    call.id, of: call.principal.kind, call.principal.id, call.actor)
                return .none
            }
            .output(.none, status: 204),
        ]
    }

    static let tokenFields: [FieldDescription] = [
        CommonFields.id, FieldDescription(name: "name", kind: .text),
        FieldDescription(name: "prefix", kind: .text, text: "its first letters"),
        FieldDescription(name: "scopes", kind: .optional(.list(.text)), text: "null: all that its operator holds"),
        FieldDescription(name: "created_at", kind: .format("date-time")),
        FieldDescription(name: "expires_at", kind: .optional(.format("date-time"))),
        FieldDescription(name: "last_used_at", kind: .optional(.format("date-time"))),
        FieldDescription(name: "last_used_from", kind: .optional(.text)),
    ]

    static func members(_ token: TokenRecord) -> [(String, JSON)] {
        [
            ("id", .integer(token.id)), ("name", .text(token.name)), ("prefix", .text(token.prefix)),
            ("scopes", token.scopes.map { .array($0.map(JSON.text)) } ?? .null),
            ("created_at", .text(TimeJSON.text(token.createdAt))),
            ("expires_at", .optional(token.expiresAt.map(TimeJSON.text))),
            ("last_used_at", .optional(token.lastUsedAt.map(TimeJSON.text))),
            ("last_used_from", .optional(token.lastUsedFrom)),
        ]
    }

    private static func tokens(_ house: House) -> [Endpoint] {
        [
            Endpoint(.get, "/me/tokens", .operator, "One's own API tokens") { call in
                let tokens = try house.identity(call.connection).tokens(of: call.principal.id)
                return .json(.object([("items", .array(tokens.map { .object(members($0)) }))]))
            }
            .output(.items(tokenFields)),
            Endpoint(.post, "/me/tokens", .operator, "Make an API token; shown this once") { call in
                let made = try house.identity(call.connection).createToken(
                    call.inputs.text("name") ?? "", scopes: call.inputs.texts("scopes"),
                    expiresAt: try call.time("expires_at"), by: call.principal, call.actor)
                return .json(.object([("token", .text(made.token))] + members(made.record)))
            }
            .body([
                FieldDescription(
                    name: "name", kind: .text, text: "what it is for", isRequired: true, constraints: [.length(1...100)]
                ),
                FieldDescription(
                    name: "scopes", kind: .optional(.list(.text)), text: "permissions; null: all that one holds",
                    constraints: [.length(0...500)]),
                FieldDescription(name: "expires_at", kind: .optional(.format("date-time")), text: "null: never"),
            ])
            .output(.record([FieldDescription(name: "token", kind: .text)] + tokenFields), status: 201),
            Endpoint(.delete, "/me/tokens", .operator, "Revoke all of one's own tokens, at once") { call in
                let identity = house.identity(call.connection)
                try identity.requireOperator(call.principal)
                try identity.endTokens(of: call.principal.id, call.principal.name, call.actor)
                return .none
            }
            .output(.none, status: 204),
            Endpoint(.delete, "/me/tokens/{id}", .operator, "Revoke one of one's own tokens, at once") { call in
                // By a token too, but only itself: so a program can end its own, and a narrow one none of the others.
                if call.principal.credential != .token(call.id) { try call.principal.requireOwnSession() }
                try house.identity(call.connection).revokeToken(call.id, of: call.principal.id, call.actor)
                return .none
            }
            .output(.none, status: 204),
        ]
    }
}

extension Call {
    /// A time of the input in microseconds since 1970, read by the database.
    func time(_ name: String) throws -> Int64? {
        guard let text = inputs.text(name) else { return nil }
        return try connection.query("select $1::timestamptz", [.text(text)])[0].timestamp(0)
    }
}
