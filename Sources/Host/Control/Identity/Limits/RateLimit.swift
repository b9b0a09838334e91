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

    /// Requests, unless the server is set up otherwise.
    package static let usual = RateLimit(6000, perSeconds: 60)
    /// Sign-ins from one address, right or wrong.
    package static let signInAddress = RateLimit(30, perSeconds: 60)
    /// Sign-ins of one account, right or wrong.
    package static let signInAccount = RateLimit(10, perSeconds: 60)
}
