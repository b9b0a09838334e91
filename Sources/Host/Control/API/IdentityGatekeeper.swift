package import Store

/// Knows callers by their sessions and tokens.
package struct IdentityGatekeeper: Gatekeeper {
    private let cache: PrincipalCache
    private let identity: @Sendable (Connection) -> Identity
    private let clock: @Sendable () -> Int64

    package init(_ house: House, cache: PrincipalCache) {
        self.cache = cache
        identity = { house.identity($0) }
        clock = house.clock
    }

    package func known(_ credential: PresentedCredential) -> Principal? {
        guard fits(credential), let hash = Bearer.hash(credential.text),
            let known = cache.find(hash, now: clock())
        else { return nil }
        // A session's text is no token, and the other way round.
        switch (known.credential, credential.kind) {
        case (.session, .session), (.token, .token): return known
        default: return nil
        }
    }

    package func look(
        _ credential: PresentedCredential, from address: String, _ connection: Connection
    ) throws -> Principal? {
        guard fits(credential) else { return nil }
        switch credential.kind {
        case .session: return try identity(connection).principal(session: credential.text)
        case .token: return try identity(connection).principal(token: credential.text, from: address)
        }
    }

    private func fits(_ credential: PresentedCredential) -> Bool {
        credential.text.hasPrefix(Bearer.tokenPrefix) == (credential.kind == .token)
    }
}

/// The API's limits: by address before it is known who asks, then by token or account; sign-ins more strictly.
package struct APIThrottle: Throttle {
    private let limiter: RateLimiter
    private let clock: @Sendable () -> Int64

    /// - clock: microseconds of a clock that is not set.
    package init(_ limiter: RateLimiter, clock: @escaping @Sendable () -> Int64) {
        self.limiter = limiter
        self.clock = clock
    }

    package func take(_ endpoint: Endpoint, client: String, caller: Principal?) -> ThrottleVerdict {
        var keys: [RateLimiter.Key] = []
        if endpoint.isSignIn { keys.append(.signInAddress(client)) }
        switch (caller?.credential, caller) {
        case (.token(let id), _): keys.append(.token(id))
        case (_, let caller?): keys.append(.account("\(caller.kind.rawValue)/\(caller.id)"))
        default: keys.append(.address(client))
        }
        guard let verdict = limiter.take(keys, now: clock()) else {
            return ThrottleVerdict(isAllowed: true, limit: 0, remaining: 0, reset: 0)
        }
        return ThrottleVerdict(
            isAllowed: verdict.isAllowed, limit: verdict.limit, remaining: verdict.remaining,
            reset: verdict.retryAfterSeconds ?? verdict.resetSeconds)
    }
}
