import Store
import Threads

/// The live policy: loaded from the database, or from the snapshot while that is away; kept up to date by the change
/// feed; written to the snapshot now and then.
final class PolicyFollowing: Sendable {
    /// Whether the policy came from the snapshot, and the database has not been seen since.
    private let origin: SnapshotOrigin
    let follower: FeedFollower
    private let keeper: SnapshotKeeper?

    /// Loads everything before it returns. `connection` is nil while the database is away; throws a sentence when there
    /// is no snapshot either.
    init(
        _ settings: RadiusRuntime.Settings, _ connection: Connection?, away: String, _ policy: LivePolicy,
        _ watched: Watched, _ guardian: LoginGuard, events: any EventSink
    ) throws {
        let source = PolicySource(settings: settings, policy: policy, counters: watched.counters, guardian: guardian)
        let origin = SnapshotOrigin(settings, events)
        self.origin = origin
        let cursor: ChangeFeed.Cursor
        if let connection {
            cursor = try ChangeFeed.now(connection)
            try source.readAll(connection)
        } else {
            cursor = try origin.load(source, away: away)
        }
        let written = Written()
        let reactions = FeedFollower.Reactions(
            changed: { connection, keys in
                try source.apply(keys, connection)
                written.changed()
            },
            reload: { connection in
                try source.readAll(connection)
                written.changed()
            },
            caughtUp: { origin.caughtUp() })
        let follower = try FeedFollower(settings.database, from: cursor, reactions, log: settings.log)
        self.follower = follower
        keeper = PolicyFollowing.keeper(settings, follower, origin, policy)
        written.set(keeper)
    }

    private static func keeper(
        _ settings: RadiusRuntime.Settings, _ follower: FeedFollower, _ origin: SnapshotOrigin, _ policy: LivePolicy
    ) -> SnapshotKeeper? {
        guard let place = settings.snapshot else { return nil }
        let keeping = SnapshotKeeper.Settings(
            path: place.path, keys: place.keys, node: settings.node, log: settings.log)
        return SnapshotKeeper(keeping) {
            // An old snapshot that nobody caught up is not made young by writing it again.
            if origin.isOld { return nil }
            let cursor = follower.cursor
            let tables = policy.tables
            return SnapshotKeeper.State(cursor: cursor) { try PolicyImage.write(tables, to: $0) }
        }
    }

    /// The keeper, once it is there: the feed is followed first.
    private final class Written: Sendable {
        private let keeper = Locked<SnapshotKeeper?>(nil)

        func set(_ new: SnapshotKeeper?) { keeper.withLock { $0 = new } }

        func changed() { keeper.withLock { $0 }?.changed() }
    }

    /// How old is what a start without the database would answer from, or what is answered from now.
    var snapshotAgeSeconds: Double {
        let now = Moment.now()
        return max(Double(origin.ageSeconds(now: now.wall)), keeper?.lagSeconds(now: now.monotonic) ?? 0)
    }

    func stop() {
        follower.stop()
        keeper?.stop()
    }
}
