import Dictionary
import Glibc
import Store

/// Loads the policy and keeps it up to date from the change feed, on a connection and a thread of its own. A change is
/// in force here as soon as NOTIFY has woken the thread; should a wake be lost, within a second.
final class PolicyFollower: Sendable {
    private let thread: WorkerThread
    private let wake: Int32

    /// The part that the thread owns.
    private struct State: @unchecked Sendable {
        var connection: Connection?
        var cursor: ChangeFeed.Cursor
        let database: ConnectionSettings
        let dictionary: AttributeDictionary
        let vault: SecretVault
        let policy: LivePolicy
        let log: @Sendable (String) -> Void
    }

    /// Loads everything before it returns. The cursor is taken first: what changes meanwhile is read twice, not missed.
    init(
        _ connection: Connection, _ database: ConnectionSettings, _ dictionary: AttributeDictionary,
        _ vault: SecretVault, _ policy: LivePolicy, log: @escaping @Sendable (String) -> Void
    ) throws {
        let cursor = try ChangeFeed(connection).now()
        var reader = PolicyReader(connection, dictionary: dictionary, vault: vault)
        let tables = try reader.readAll()
        policy.change { $0 = tables }
        PolicyFollower.report(reader.problems, log)
        let state = State(
            connection: nil, cursor: cursor, database: database, dictionary: dictionary, vault: vault, policy: policy,
            log: log)
        let wake = eventfd(0, Int32(EFD_CLOEXEC.rawValue))
        self.wake = wake
        thread = WorkerThread("policy") {
            var state = state
            while PolicyFollower.step(&state, wake) {}
        }
    }

    func stop() {
        eventfd_write(wake, 1)
        thread.join()
        close(wake)
    }

    /// One wait and what came of it; false when told to stop.
    private static func step(_ state: inout State, _ wake: Int32) -> Bool {
        do {
            let connection = try state.connection ?? connect(&state)
            _ = try connection.notifications(waitingMilliseconds: 1000, wake: wake)
            if isRaised(wake, milliseconds: 0) { return false }
            try catchUp(&state, connection)
            return true
        } catch {
            state.connection = nil
            state.log("changes of policy are not seen, the last known stays in force: \(error)")
            return !isRaised(wake, milliseconds: 1000)
        }
    }

    private static func connect(_ state: inout State) throws -> Connection {
        let connection = try Connection(state.database)
        try connection.listen("tollkeeper_change")
        state.connection = connection
        // What happened while nobody listened.
        try catchUp(&state, connection)
        return connection
    }

    private static func catchUp(_ state: inout State, _ connection: Connection) throws {
        var reader = PolicyReader(connection, dictionary: state.dictionary, vault: state.vault)
        switch try ChangeFeed(connection).next(after: state.cursor) {
        case .changes(let changes, let cursor):
            for (topic, keys) in Dictionary(grouping: changes, by: \.topic) {
                try reader.apply(topic: topic, keys: Set(keys.map(\.key)).sorted(), to: state.policy)
            }
            state.cursor = cursor
        case .reload:
            state.log("the change feed no longer reaches back to what this process knows; all policy is read anew")
            let cursor = try ChangeFeed(connection).now()
            let tables = try reader.readAll()
            state.policy.change { $0 = tables }
            state.cursor = cursor
        }
        report(reader.problems, state.log)
    }

    private static func isRaised(_ wake: Int32, milliseconds: Int32) -> Bool {
        var watched = pollfd(fd: wake, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, milliseconds) > 0
    }

    private static func report(_ problems: [String], _ log: @Sendable (String) -> Void) {
        for problem in problems.prefix(20) { log(problem) }
        if problems.count > 20 { log("and \(problems.count - 20) more like these") }
    }
}
