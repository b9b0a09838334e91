import AAA
package import Store
import Threads

/// A cache of who is signed in, and the thread that follows the change feed for it. One a process.
package final class PrincipalWatch: Sendable {
    package let cache: PrincipalCache
    private let follower: FeedFollower

    /// The feed is read every second: one that was not for so long is not followed.
    private static let longestAgeSeconds: Double = 3

    private final class Place: Sendable {
        let follower = Locked<FeedFollower?>(nil)
    }

    /// - changed: told after the cache was; for others who keep what they know of people (event streams).
    package init(
        _ database: ConnectionSettings, capacity: Int = 20_000, changed: @escaping @Sendable () -> Void = {},
        log: @escaping @Sendable (String) -> Void
    ) throws {
        let place = Place()
        let cache = PrincipalCache(capacity: capacity) {
            guard let follower = place.follower.withLock({ $0 }) else { return false }
            return follower.ageSeconds < PrincipalWatch.longestAgeSeconds
        }
        let reactions = FeedFollower.Reactions(
            changed: { _, keys in
                cache.changed(keys)
                if keys[PrincipalCache.topic] != nil { changed() }
            },
            reload: { _ in
                cache.forgetAll()
                changed()
            })
        let cursor = try ChangeFeed.now(try Connection(database))
        follower = try FeedFollower(database, from: cursor, reactions, log: log)
        self.cache = cache
        place.follower.withLock { [follower] in $0 = follower }
    }

    package func stop() {
        cache.forgetAll()
        follower.stop()
    }
}
