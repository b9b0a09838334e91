/// How wrong sign-ins lock an account or an address: from `after` failures on 30 seconds, doubled with each further one
/// to a quarter of an hour. Times in microseconds.
package struct LockOut: Sendable, Hashable {
    package var after: Int
    package var first: Int64 = 30 * 1_000_000
    package var longest: Int64 = 15 * 60 * 1_000_000
    /// With none for so long, the count begins anew.
    package var forgetAfter: Int64

    package init(after: Int, forgetAfter: Int64) {
        self.after = after
        self.forgetAfter = forgetAfter
    }

    /// What is kept of an account or an address.
    package struct State: Sendable, Hashable {
        package var failures: Int
        package var lastAt: Int64
        package var lockedUntil: Int64?

        package init(failures: Int = 0, lastAt: Int64 = 0, lockedUntil: Int64? = nil) {
            self.failures = failures
            self.lastAt = lastAt
            self.lockedUntil = lockedUntil
        }
    }

    /// Until when it is locked; nil when an attempt may be made.
    package func lock(_ state: State, now: Int64) -> Int64? { state.lockedUntil.flatMap { $0 > now ? $0 : nil } }

    /// After one more failure.
    package func failed(_ state: State, now: Int64) -> State {
        let failures = (now - state.lastAt > forgetAfter ? 0 : state.failures) + 1
        guard failures >= after else { return State(failures: failures, lastAt: now) }
        let doublings = min(failures - after, 30)
        return State(failures: failures, lastAt: now, lockedUntil: now + min(longest, first << Int64(doublings)))
    }
}
