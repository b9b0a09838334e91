import PluginAPI
import Store
import Synchronization

/// One transaction between two threads: the plugin's, which asks, and the lane's, which has the connection.
final class PluginTransaction: TransactionHost {
    /// So long the lane waits for the next request.
    private static let idleSeconds = 30

    private final class Progress: Sendable {
        let isOver = Atomic(false)
        /// After a failed statement the database does no more but roll back.
        let isFailed = Atomic(false)
    }

    private let plugin: String
    private let jobs: any PluginJobHost
    private let progress = Progress()
    /// Given no connection when it is over.
    private let requests = ThreadQueue<@Sendable (Connection?) -> Void>()

    init(_ plugin: String, _ jobs: any PluginJobHost) {
        self.plugin = plugin
        self.jobs = jobs
    }

    func query(_ sql: String, _ parameters: [SQLValue]) async throws -> [SQLRow] {
        if let fault = PluginSQL.fault(sql) { throw DatabaseError("refused", fault) }
        return try await ask { connection in
            PluginSQL.rows(try connection.query(sql, parameters.map(PluginSQL.parameter)))
        }
    }

    func enqueue(_ job: String, _ arguments: FieldValue) async throws -> Int64 {
        let (plugin, jobs) = (plugin, jobs)
        return try await ask { connection in
            try PluginTransaction.inCore(connection, plugin) {
                try jobs.enqueue(connection, plugin: plugin, job: job, arguments: arguments)
            }
        }
    }

    func subscriber(_ id: Int64, _ caller: Caller) async throws -> SubscriberSummary? {
        let plugin = plugin
        return try await ask { connection in
            try PluginTransaction.inCore(connection, plugin) {
                try PluginScope.subscriber(connection, id, caller)
            }
        }
    }

    /// COMMIT or ROLLBACK. Throws when a statement had failed and the plugin went on all the same.
    func end(commits: Bool) async throws {
        let isFailed = progress.isFailed.load(ordering: .relaxed)
        try await ask { [progress] connection in
            progress.isOver.store(true, ordering: .relaxed)
            try connection.execute(commits && !isFailed ? "COMMIT" : "ROLLBACK")
        }
        if commits, isFailed { throw DatabaseError("other", "a statement had failed, so nothing was kept") }
    }

    /// Works off what is asked until the end; ends it itself when nothing is asked for too long.
    func serve(_ connection: Connection) {
        while !progress.isOver.load(ordering: .relaxed),
            let request = requests.next(within: PluginTransaction.idleSeconds)
        {
            request(connection)
        }
        for request in requests.stop() { request(nil) }
        if connection.inTransaction { try? connection.execute("ROLLBACK") }
    }

    private func ask<Value: Sendable>(_ work: @escaping @Sendable (Connection) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { (asked: CheckedContinuation<Value, any Error>) in
            let request: @Sendable (Connection?) -> Void = { [progress] connection in
                guard let connection else {
                    return asked.resume(throwing: DatabaseError("other", "the transaction has ended"))
                }
                do {
                    asked.resume(returning: try work(connection))
                } catch {
                    progress.isFailed.store(true, ordering: .relaxed)
                    asked.resume(throwing: PluginSQL.error(error))
                }
            }
            if !requests.add(request) { request(nil) }
        }
    }

    /// What the host does for the plugin within its transaction sees the core's tables.
    private static func inCore<Value>(_ connection: Connection, _ plugin: String, _ body: () throws -> Value) throws
        -> Value
    {
        try connection.execute("SET LOCAL search_path = public")
        let value = try body()
        try connection.execute("SET LOCAL search_path = \(PluginSQL.schema(plugin))")
        return value
    }
}
