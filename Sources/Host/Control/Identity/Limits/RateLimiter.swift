import Threads

/// Counts requests in memory, in buckets that fill steadily. The table is bounded: who floods it with new keys only
/// makes it forget those that were not seen for the longest.
package final class RateLimiter: Sendable {
    /// Who is counted.
    package enum Key: Sendable, Hashable {
        case address(String)
        case token(Int64)
        /// `operator/12`, `customer/7`.
        case account(String)
        case signInAddress(String)
        case signInAccount(String)

        /// Of its own; nil for what the server's general limit is for.
        package var limit: RateLimit? {
            switch self {
            case .address, .token, .account: nil
            case .signInAddress: .signInAddress
            case .signInAccount: .signInAccount
            }
        }
    }

    /// What came of it, as the headers RateLimit-Limit, -Remaining, -Reset and Retry-After say it.
    package struct Verdict: Sendable, Hashable {
        package let isAllowed: Bool
        package let limit: Int
        package let remaining: Int
        /// Till the bucket is full again, rounded up.
        package let resetSeconds: Int
        /// Till the next is let through; nil when this one was.
        package let retryAfterSeconds: Int?
    }

    private struct Bucket: Sendable {
        var tokens: Double
        /// Microseconds.
        var at: Int64
    }

    private let table: Locked<AgingTable<Key, Bucket>>
    private let general: RateLimit

    /// - general: of a token, of one person's sessions together, of an address that is not known yet (a /64 of IPv6).
    package init(_ general: RateLimit = .usual, capacity: Int = 100_000) {
        self.general = general
        table = Locked(AgingTable(capacity: capacity))
    }

    package var count: Int { table.withLock { $0.count } }

    /// Counts one request.
    ///
    /// - now: microseconds of a clock that is not set.
    package func take(_ key: Key, now: Int64) -> Verdict {
        let key = RateLimiter.plain(key)
        let limit = key.limit ?? general
        return table.withLock { table in
            var bucket = table.find(key) ?? Bucket(tokens: Double(limit.most), at: now)
            RateLimiter.fill(&bucket, limit, now)
            let isAllowed = bucket.tokens >= 1
            if isAllowed { bucket.tokens -= 1 }
            table.keep(key, bucket)
            return RateLimiter.verdict(bucket, limit, isAllowed)
        }
    }

    /// Counts one request with several keys; gives the strictest verdict. Those after a refusal are not counted.
    package func take(_ keys: [Key], now: Int64) -> Verdict? {
        var strictest: Verdict?
        for key in keys {
            let verdict = take(key, now: now)
            if !verdict.isAllowed { return verdict }
            if verdict.remaining < strictest?.remaining ?? .max { strictest = verdict }
        }
        return strictest
    }

    private static func fill(_ bucket: inout Bucket, _ limit: RateLimit, _ now: Int64) {
        let passed = Double(max(0, now - bucket.at)) / 1_000_000
        bucket.tokens = min(Double(limit.most), bucket.tokens + passed * Double(limit.most) / Double(limit.seconds))
        bucket.at = now
    }

    private static func verdict(_ bucket: Bucket, _ limit: RateLimit, _ isAllowed: Bool) -> Verdict {
        let perToken = Double(limit.seconds) / Double(limit.most)
        return Verdict(
            isAllowed: isAllowed, limit: limit.most, remaining: Int(bucket.tokens),
            resetSeconds: Int(((Double(limit.most) - bucket.tokens) * perToken).rounded(.up)),
            retryAfterSeconds: isAllowed ? nil : max(1, Int(((1 - bucket.tokens) * perToken).rounded(.up))))
    }

    /// IPv6 by its /64.
    private static func plain(_ key: Key) -> Key {
        switch key {
        case .address(let address): .address(LoginAttempts.network(address))
        case .signInAddress(let address): .signInAddress(LoginAttempts.network(address))
        default: key
        }
    }
}
