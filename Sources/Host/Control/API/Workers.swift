import AAA
import Dispatch
package import Store
import Threads

/// A few threads with a database connection each, and a queue of bounded length before them. What waits for the
/// database waits here, never on a thread of the HTTP server.
package final class Workers: Sendable {
    /// Throws when the database is away.
    package typealias Connect = () throws -> Connection
    package typealias Work = @Sendable (_ connection: Connect) -> Void

    private let queue: WorkQueue
    private let threads: [WorkerThread]

    /// - limit: how many may wait; more are refused.
    package init(_ name: String, _ database: ConnectionSettings, threads count: Int, limit: Int) {
        let queue = WorkQueue(limit: limit)
        self.queue = queue
        threads = (0..<count).map { _ in
            WorkerThread(name) {
                var place = WorkPlace(database)
                while let work = queue.next() { place.run(work) }
            }
        }
    }

    /// False when too many wait already, or the server stops.
    package func submit(_ work: @escaping Work) -> Bool { queue.add(work) }

    /// Ends when what was begun is done; what waited is dropped.
    package func stop() {
        queue.stop(threads.count)
        for thread in threads { thread.join() }
    }
}

/// What waits for a worker, first come first served.
private final class WorkQueue: Sendable {
    private struct State {
        var waiting: [Workers.Work] = []
        var first = 0
        var isStopped = false
    }

    private let state = Locked(State())
    private let bell = DispatchSemaphore(value: 0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func add(_ work: @escaping Workers.Work) -> Bool {
        let isTaken = state.withLock { state in
            guard !state.isStopped, state.waiting.count - state.first < limit else { return false }
            state.waiting.append(work)
            return true
        }
        if isTaken { bell.signal() }
        return isTaken
    }

    /// Waits; nil when it is over.
    func next() -> Workers.Work? {
        bell.wait()
        return state.withLock { state in
            guard !state.isStopped, state.first < state.waiting.count else { return nil }
            let work = state.waiting[state.first]
            state.first += 1
            // Not with every one, which would move all that wait.
            if state.first == state.waiting.count || state.first > 256 {
                state.waiting.removeFirst(state.first)
                state.first = 0
            }
            return work
        }
    }

    func stop(_ workers: Int) {
        state.withLock {
            $0.isStopped = true
            $0.waiting = []
            $0.first = 0
        }
        for _ in 0..<workers { bell.signal() }
    }
}

/// A worker's connection: made when it is first needed, and anew when it broke.
private struct WorkPlace {
    private let database: ConnectionSettings
    private var connection: Connection?

    init(_ database: ConnectionSettings) { self.database = database }

    mutating func run(_ work: Workers.Work) {
        if let connection, !connection.isAlive { self.connection = nil }
        var held = connection
        work { [database] in
            if let connection = held, connection.isAlive { return connection }
            let fresh = try Connection(database)
            // A page of a list costs milliseconds; compiling its statement to machine code cost seconds. Looking up one
            // name costs less by an index than by reading a small table whole, unless a disk has to turn for it.
            try fresh.execute(
                """
                SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s';
                SET jit = off; SET random_page_cost = 1.1
                """)
            held = fresh
            return fresh
        }
        connection = held
        // A transaction that was left open would hold its locks.
        if let connection, connection.inTransaction { self.connection = nil }
    }
}
