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
