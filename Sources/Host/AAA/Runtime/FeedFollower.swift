import RADIUS
package import Store
import Synchronization
import Threads

/// Follows the change feed on a connection and a thread of its own. A change arrives as soon as NOTIFY has woken the
/// thread; should a wake be lost, within a second.
package final class FeedFollower: Sendable {
    /// What to do with changes: keys by topic, each once.
    package struct Reactions: Sendable {
        package let changed: @Sendable (_ connection: Connection, _ keys: [String: [Int64]]) throws -> Void
        /// The feed no longer reaches back: read everything anew.
        package let reload: @Sendable (_ connection: Connection) throws -> Void
        /// The feed was read to its end.
        package let caughtUp: @Sendable () -> Void

        package init(
            changed: @escaping @Sendable (_ connection: Connection, _ keys: [String: [Int64]]) throws -> Void,
            reload: @escaping @Sendable (_ connection: Connection) throws -> Void,
            caughtUp: @escaping @Sendable () -> Void = {}
        ) {
            self.changed = changed
            self.reload = reload
            self.caughtUp = caughtUp
        }
    }

    /// The part that the thread owns.
    private struct State: @unchecked Sendable {
        var connection: Connection?
        let reached: Reached
        /// Whether it was said that the database is away: once an outage, not once a second.
        var isAway = false
        let database: ConnectionSettings
        let reactions: Reactions
        let log: @Sendable (String) -> Void
    }

    /// The feed is read every second; when it has not been for so long, the database is away.
    static let usualSeconds: Double = 5

    private let thread: WorkerThread
    private let wake: StopEvent
    private let reached: Reached

    /// How far the feed was read, for others to see.
    private final class Reached: Sendable {
        let cursor: Locked<ChangeFeed.Cursor>
        /// When it was last read to its end, in microseconds of the monotonic clock.
        let at = Atomic(Moment.microseconds())
        init(_ cursor: ChangeFeed.Cursor) { self.cursor = Locked(cursor) }
    }

    /// Up to where the feed is in force: what is read of the policy after this has all of it.
    package var cursor: ChangeFeed.Cursor { reached.cursor.withLock { $0 } }

    /// Seconds since the feed was last read to its end.
    package var ageSeconds: Double {
        Double(Moment.microseconds() - reached.at.load(ordering: .relaxed)) / 1_000_000
    }

    /// `cursor` is taken before the state it belongs to was read: what changed meanwhile comes twice, and nothing is
    /// missed.
    package init(
        _ database: ConnectionSettings, from cursor: ChangeFeed.Cursor, _ reactions: Reactions,
        log: @escaping @Sendable (String) -> Void
    ) throws {
        let wake = try StopEvent()
        self.wake = wake
        let reached = Reached(cursor)
        self.reached = reached
        let state = State(connection: nil, reached: reached, database: database, reactions: reactions, log: log)
        thread = WorkerThread("feed") {
            var state = state
            while FeedFollower.step(&state, wake) {
                if !state.isAway { reached.at.store(Moment.microseconds(), ordering: .relaxed) }
            }
        }
    }

    package func stop() {
        wake.raise()
        thread.join()
    }

    /// One wait and what came of it; false when told to stop.
    private static func step(_ state: inout State, _ wake: StopEvent) -> Bool {
        do {
            let connection = try state.connection ?? connect(&state)
            _ = try connection.notifications(waitingMilliseconds: 1000, wake: wake.descriptor)
            if wake.isRaised(waitingMilliseconds: 0) { return false }
            try catchUp(&state, connection)
            if state.isAway { state.log("changes are seen again") }
            state.isAway = false
            return true
        } catch {
            state.connection = nil
            if !state.isAway { state.log("changes are not seen, what was known last stays in force: \(error)") }
            state.isAway = true
            return !wake.isRaised(waitingMilliseconds: 1000)
        }
    }

    private static func connect(_ state: inout State) throws -> Connection {
        let connection = try Connection(state.database)
        try connection.listen(ChangeFeed.channel)
        state.connection = connection
        // What happened while nobody listened.
        try catchUp(&state, connection)
        return connection
    }

    private static func catchUp(_ state: inout State, _ connection: Connection) throws {
        let (answer, cursor) = try ChangeFeed.next(state.reached.cursor.withLock { $0 }, connection)
        switch answer {
        case .changes(let changes):
            if !changes.isEmpty {
                var keys: [String: [Int64]] = [:]
                for change in changes { keys[change.topic, default: []].append(Int64(change.key)) }
                try state.reactions.changed(connection, keys)
            }
        case .reload:
            state.log("the change feed no longer reaches back to what this process knows; everything is read anew")
            try state.reactions.reload(connection)
        }
        // Only now: what failed is seen again.
        state.reached.cursor.withLock { $0 = cursor }
        state.reactions.caughtUp()
    }
}
