/// So many in so long; after a pause as many at once.
package struct RateLimit: Sendable, Hashable {
    /// At once.
    package let most: Int
    /// In which as many come back.
    package let seconds: Int

    package init(_ most: Int, perSeconds seconds: Int) {
        precondition(most > 0 && seconds > 0, "a limit lets something through")
        self.most = most
        self.seconds = seconds
    }

    /// Requests by whoever is not known yet, an IPv4 address or a /64 each.
    package static let address = RateLimit(1200, perSeconds: 60)
    /// Requests of one token.
    package static let token = RateLimit(1200, perSeconds: 60)
    /// Requests of one person's sessions together.
    package static let account = RateLimit(1200, perSeconds: 60)
    /// Sign-ins from one address, right or wrong.
    package static let signInAddress = RateLimit(30, perSeconds: 60)
    /// Sign-ins of one account, right or wrong.
    package static let signInAccount = RateLimit(10, perSeconds: 60)
}
