import AAA
import PluginAPI
import Store
import Threads

/// A plugin's transactions: on at most two threads with a connection each, made when first needed. A thread belongs to
/// a transaction until that ends, or says nothing for half a minute.
final class PluginDatabase: DatabaseHost {
    private static let lanes = 2

    private let plugin: String
    private let settings: ConnectionSettings
    private let jobs: any PluginJobHost
    /// Given no lane when the server stops.
    private let requests = ThreadQueue<@Sendable (PluginLane?) -> Void>()
    private let threads: Locked<[WorkerThread]> = Locked([])

    init(_ plugin: String, _ settings: ConnectionSettings, jobs: any PluginJobHost) {
        self.plugin = plugin
        var settings = settings
        settings.applicationName = "tollkeeper plugin \(plugin)"
        self.settings = settings
        self.jobs = jobs
    }

    func transaction(_ body: @escaping @Sendable (Transaction) async throws -> Void) async throws {
        start()
        let transaction = PluginTransaction(plugin, jobs)
        try await withCheckedThrowingContinuation { (begun: CheckedContinuation<Void, any Error>) in
            let request: @Sendable (PluginLane?) -> Void = { lane in
                guard let lane else { return begun.resume(throwing: DatabaseError("away", "the server stops")) }
                do {
                    let connection = try lane.begin()
                    begun.resume()
                    transaction.serve(connection)
                } catch {
                    begun.resume(throwing: PluginSQL.error(error))
                }
            }
            if !requests.add(request) { request(nil) }
        }
        do {
            try await body(Transaction(transaction))
        } catch {
            try? await transaction.end(commits: false)
            throw error
        }
        try await transaction.end(commits: true)
    }

    /// Transactions that were begun end as they are told; no more begin.
    func stop() {
        for request in requests.stop() { request(nil) }
    }

    private func start() {
        threads.withLock { threads in
            guard threads.count < PluginDatabase.lanes else { return }
            threads.append(
                WorkerThread("plugin-sql") { [requests, settings, plugin] in
                    let lane = PluginLane(settings, schema: PluginSQL.schema(plugin))
                    while let request = requests.next() { request(lane) }
                })
        }
    }
}

/// A thread's connection, in the plugin's schema.
final class PluginLane {
    private let settings: ConnectionSettings
    private let schema: String
    private var connection: Connection?

    init(_ settings: ConnectionSettings, schema: String) {
        self.settings = settings
        self.schema = schema
    }

    /// A connection on which a transaction was begun.
    func begin() throws -> Connection {
        if let connection, !connection.isAlive || connection.inTransaction { self.connection = nil }
        let connection = try self.connection ?? connect()
        self.connection = connection
        try connection.execute("BEGIN; SET LOCAL search_path = \(schema)")
        return connection
    }

    private func connect() throws -> Connection {
        let connection = try Connection(settings)
        try connection.execute("SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'")
        return connection
    }
}
