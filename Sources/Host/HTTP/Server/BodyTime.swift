/// How long a body may take to come. A long one over a slow line needs minutes, which a client that drips must not have.
struct BodyTime: Sendable {
    /// Every body has this.
    let base: Duration
    static let most: Duration = .seconds(20 * 60)
    /// Bytes a second, at which the time is given that the largest body allowed would take.
    static let usual = 64 << 10
    /// Bytes a second, without which that time is not given.
    static let least = 8 << 10

    /// From the body's begin on.
    ///
    /// - allowed: bytes that the body may have.
    /// - received: bytes that have come.
    func limit(allowed: Int, received: Int) -> Duration {
        let whole = Duration.seconds(Double(allowed) / Double(BodyTime.usual))
        let earned = Duration.seconds(Double(received) / Double(BodyTime.least))
        return min(base + min(whole, earned), max(BodyTime.most, base))
    }
}
