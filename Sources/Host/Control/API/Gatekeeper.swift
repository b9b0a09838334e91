package import HTTP
package import Store

/// How a caller proves himself.
package struct PresentedCredential: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case session, token }
    package let kind: Kind
    package let text: String

    package static let cookie = "tollkeeper_session"

    /// A token goes before a cookie; nil when there is neither.
    package init?(_ request: Request) {
        if let header = request.header("authorization") {
            let parts = header.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
            (kind, text) = (.token, String(parts[1]))
            return
        }
        let pairs = request.headers.filter { $0.name == "cookie" }.flatMap { $0.value.split(separator: ";") }
        for pair in pairs {
            let sides = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if sides.count == 2, sides[0] == PresentedCredential.cookie {
                (kind, text) = (.session, String(sides[1]))
                return
            }
        }
        return nil
    }
}

/// Knows who a credential is.
package protocol Gatekeeper: Sendable {
    /// Without the database; nil: unknown so far, `look` tells.
    func known(_ credential: PresentedCredential) -> Principal?
    /// nil: nobody. Throws when the database is away.
    func look(_ credential: PresentedCredential, from address: String, _ connection: Connection) throws -> Principal?
}

/// Says who has asked too often.
package protocol Throttle: Sendable {
    /// Counts one request. `caller` is nil before it is known who asks.
    func take(_ endpoint: Endpoint, client: String, caller: Principal?) -> ThrottleVerdict
}

/// What a client may still ask, for the RateLimit header fields (draft-ietf-httpapi-ratelimit-headers).
package struct ThrottleVerdict: Sendable, Hashable {
    package var isAllowed: Bool
    package var limit: Int
    package var remaining: Int
    /// Seconds until the limit is whole again.
    package var reset: Int

    package init(isAllowed: Bool, limit: Int, remaining: Int, reset: Int) {
        self.isAllowed = isAllowed
        self.limit = limit
        self.remaining = remaining
        self.reset = reset
    }

    var headers: [(name: String, value: String)] {
        [("RateLimit-Limit", "\(limit)"), ("RateLimit-Remaining", "\(remaining)"), ("RateLimit-Reset", "\(reset)")]
    }

    var problem: Problem {
        Problem(
            429, "too_many_requests", "Too many requests; try again in \(reset) s.",
            headers: headers + [(name: "Retry-After", value: "\(max(1, reset))")])
    }
}
