import Store
import Threads

/// The live policy: loaded from the database, or from the snapshot while that is away; kept up to date by the change
/// feed; written to the snapshot now and then.
final class PolicyFollowing: Sendable {
    /// Whether the policy came from the snapshot, and the database has not been seen since.
    let origin: SnapshotOrigin
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
        let changed = Locked<SnapshotKeeper?>(nil)
        let reactions = FeedFollower.Reactions(
            changed: { connection, keys in
                try source.apply(keys, connection)
                changed.withLock { $0 }?.changed()
            },
            reload: { connection in
                try source.readAll(connection)
                changed.withLock { $0 }?.changed()
            },
            caughtUp: { origin.caughtUp() })
        let follower = try FeedFollower(settings.database, from: cursor, reactions, log: settings.log)
        self.follower = follower
        keeper = settings.snapshot.map { place in
            SnapshotKeeper(
                SnapshotKeeper.Settings(path: place.path, keys: place.keys, node: settings.node, log: settings.log)
            ) {
                // An old snapshot that nobody caught up is not made young by writing it again.
                if origin.isOld { return nil }
                let cursor = follower.cursor
                let tables = policy.read { copy $0 }
                return SnapshotKeeper.State(cursor: cursor) { try PolicyImage.write(tables, to: $0) }
            }
        }
        changed.withLock { $0 = keeper }
    }

    func stop() {
        follower.stop()
        keeper?.stop()
    }
}
