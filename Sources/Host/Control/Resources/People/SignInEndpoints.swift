import HTTP
import PluginAPI

/// Signing in and out, of operators and of customers.
enum SignInEndpoints {
    static func all(_ house: House) -> [Endpoint] {
        [setup, signIn(house), portal(house), signOut(house)] + impersonate(house)
    }

    private static let password = FieldDescription(
        name: "password", kind: .text, isRequired: true, isSecret: true, constraints: [.length(1...1024)])
    private static let username = FieldDescription(
        name: "username", kind: .text, isRequired: true, constraints: [.length(1...253)])

    static let signedIn: [FieldDescription] =
        MeEndpoints.fields + [
            FieldDescription(name: "expires_at", kind: .format("date-time")),
            FieldDescription(
                name: "recovery_codes_left", kind: .optional(.integer), text: "when one was used for this sign-in"),
        ]

    private static let wrong = RouteError("wrong_credentials", status: 401, "the user name or the password is wrong")
    private static let locked = RouteError("locked", status: 429, "too many wrong sign-ins")

    private static func signIn(_ house: House) -> Endpoint {
        Endpoint(.post, "/session", .open, "Sign in as an operator") { call in
            let origin = call.origin
            try limit("operator", call, house)
            let signed = try house.identity(call.connection).signIn(
                operator: call.inputs.text("username") ?? "", password: call.inputs.text("password") ?? "",
                code: call.inputs.text("code"), from: origin)
            return try answer(signed, call, house)
        }
        .body([
            username, password,
            FieldDescription(
                name: "code", kind: .optional(.text), text: "of the second factor, or a recovery code", isSecret: true,
                constraints: [.length(0...100)]),
        ])
        .output(.record(signedIn)).errors(wrong, locked).signIn()
    }

    private static func portal(_ house: House) -> Endpoint {
        Endpoint(.post, "/portal/session", .open, "Sign in to the portal as a customer") { call in
            try limit("customer", call, house)
            let signed = try house.identity(call.connection).signIn(
                customer: call.inputs.text("username") ?? "", password: call.inputs.text("password") ?? "",
                from: call.origin)
            return try answer(signed, call, house)
        }
        .body([username, password]).output(.record(signedIn)).errors(wrong, locked).signIn()
    }

    private static func signOut(_ house: House) -> Endpoint {
        Endpoint(.delete, "/session", .anyone, "Sign out") { call in
            if case .session = call.principal.credential {
                try house.identity(call.connection).signOut(call.principal, call.actor)
            }
            var answer = Answer.none
            answer.headers = [cookie("", call, maxAge: 0)]
            return answer
        }
        .output(.none, status: 204).beforePassword()
    }

    private static func impersonate(_ house: House) -> [Endpoint] {
        [
            Endpoint(
                .post, "/operators/{id}/log-in-as", .may("impersonate.reseller"), "Log in as an operator of a reseller"
            ) { call in
                let signed = try house.identity(call.connection).logIn(
                    asOperator: call.id, by: call.principal, call.actor, from: call.origin)
                return try answer(signed, call, house)
            }
            .output(.record(signedIn)),
            Endpoint(
                .post, "/subscribers/{id}/log-in-as", .may("impersonate.customer"), "Log in to the portal as a customer"
            ) { call in
                let signed = try house.identity(call.connection).logIn(
                    asCustomer: call.id, by: call.principal, call.actor, from: call.origin)
                return try answer(signed, call, house)
            }
            .output(.record(signedIn)),
        ]
    }

    /// Whether somebody has to begin: the one-time password was never changed.
    private static let setup = Endpoint(.get, "/setup", .open, "Whether this server waits for its first administrator")
    {
        call in
        .json(.object([("is_fresh", .bool(try Identity.isFresh(call.connection)))]))
    }
    .output(
        .record([
            FieldDescription(
                name: "is_fresh", kind: .bool,
                text: "true: sign in with the one-time password that the start printed, and change it")
        ]))

    /// Also from many addresses an account is not tried for ever. The name is cut: it is a key of a bounded table.
    private static func limit(_ kind: String, _ call: Call, _ house: House) throws {
        let name = "\(kind)/\((call.inputs.text("username") ?? "").prefix(64))"
        guard let verdict = house.limiter?.take(.signInAccount(name), now: house.steadyClock()), !verdict.isAllowed
        else { return }
        throw ThrottleVerdict(
            isAllowed: false, limit: verdict.limit, remaining: 0,
            reset: verdict.retryAfterSeconds ?? verdict.resetSeconds
        ).problem
    }

    private static func answer(_ signed: SignedIn, _ call: Call, _ house: House) throws -> Answer {
        let about = try MeEndpoints.about(signed.principal, call.connection)
        let more: [(String, JSON)] = [
            ("expires_at", .text(TimeJSON.text(signed.expiresAt))),
            ("recovery_codes_left", signed.recoveryCodesLeft.map { .count($0) } ?? .null),
        ]
        var answer = Answer.json(.object(about + more))
        let seconds = max(0, (signed.expiresAt - house.clock()) / 1_000_000)
        answer.headers = [cookie(signed.token, call, maxAge: seconds)]
        return answer
    }

    /// Not to be read by scripts, nor sent from pages of others. Without HTTPS only a browser on this machine keeps it.
    private static func cookie(_ token: String, _ call: Call, maxAge: Int64) -> (name: String, value: String) {
        let isLocal = ["127.0.0.1", "::1"].contains(call.request.client) && !call.request.isSecure
        let secure = isLocal ? "" : "; Secure"
        return (
            "Set-Cookie",
            "\(PresentedCredential.cookie)=\(token); Path=/; HttpOnly\(secure); SameSite=Strict; Max-Age=\(maxAge)"
        )
    }
}

extension Call {
    var origin: Origin {
        Origin(address: request.client, userAgent: request.header("user-agent"), requestID: requestID)
    }
}
