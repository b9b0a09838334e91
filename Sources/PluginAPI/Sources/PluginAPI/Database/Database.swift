import Synchronization

/// The plugin's way to the database, in `Context.database`: transactions in the plugin's own schema. Statements run on
/// threads of the host's, so a route or job that waits for one holds nobody up.
///
/// ```swift
/// let count = try await host.database.transaction { tx in
///     try await tx.query("select count(*) as n from vouchers").first?.integer("n") ?? 0
/// }
/// ```
public struct Database: Sendable {
    private let host: any DatabaseHost

    public init(_ host: any DatabaseHost) { self.host = host }

    /// BEGIN, `body`, COMMIT; ROLLBACK when `body` throws. At most two of a plugin run at once; more wait up to ten
    /// seconds. A transaction left open for a minute is ended by the database.
    public func transaction<Value: Sendable>(
        _ body: @escaping @Sendable (Transaction) async throws -> Value
    ) async throws -> Value {
        let answer = Answer<Value>()
        try await host.transaction { answer.give(try await body($0)) }
        guard let value = answer.value else { throw PluginError("the transaction ended without an answer") }
        return value
    }
}

/// What stands behind `Database`: the host, or a test's own.
public protocol DatabaseHost: Sendable {
    func transaction(_ body: @escaping @Sendable (Transaction) async throws -> Void) async throws
}

/// A transaction as it runs. Its calls wait for one another; it is of no use after its closure has returned.
public struct Transaction: Sendable {
    private let host: any TransactionHost

    public init(_ host: any TransactionHost) { self.host = host }

    /// Runs one statement on the plugin's own tables. Values go in as parameters, never into the text. Throws
    /// `DatabaseError`.
    @discardableResult
    public func query(_ sql: String, _ parameters: [SQLValue] = []) async throws -> [SQLRow] {
        try await host.query(sql, parameters)
    }

    /// Puts one of the plugin's jobs into the queue; it is there when the transaction is committed, and never without
    /// it. Returns its id.
    @discardableResult
    public func enqueue(_ job: String, _ arguments: some Record = Nothing()) async throws -> Int64 {
        try await host.enqueue(job, arguments.fieldValue)
    }

    func enqueue(_ job: String, values: FieldValue) async throws -> Int64 { try await host.enqueue(job, values) }

    /// A subscriber whom the caller may see; nil when there is none, or none for him.
    public func subscriber(_ id: Int64, seenBy caller: Caller) async throws -> SubscriberSummary? {
        try await host.subscriber(id, caller)
    }
}

/// What stands behind `Transaction`: the host, or a test's own.
public protocol TransactionHost: Sendable {
    func query(_ sql: String, _ parameters: [SQLValue]) async throws -> [SQLRow]
    func enqueue(_ job: String, _ arguments: FieldValue) async throws -> Int64
    func subscriber(_ id: Int64, _ caller: Caller) async throws -> SubscriberSummary?
}

/// What a plugin learns of a subscriber.
public struct SubscriberSummary: Sendable, Hashable {
    public var id: Int64
    public var username: String
    public var isActive: Bool
    public var serviceID: Int64?
    public var serviceName: String?

    public init(id: Int64, username: String, isActive: Bool, serviceID: Int64? = nil, serviceName: String? = nil) {
        self.id = id
        self.username = username
        self.isActive = isActive
        self.serviceID = serviceID
        self.serviceName = serviceName
    }
}

/// Why the database did not do it.
public struct DatabaseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// For programs: `conflict` (a key is there already), `refused` (a rule of the schema), `value` (a value does not
    /// fit its type), `retry` (a deadlock or a time limit: try again), `away`, or `other`.
    public var code: String
    public var message: String
    /// The constraint that was broken, if it was one.
    public var constraint: String?

    public init(_ code: String, _ message: String, constraint: String? = nil) {
        self.code = code
        self.message = message
        self.constraint = constraint
    }

    public var description: String { message }
}

/// Where a transaction's closure leaves its value.
private final class Answer<Value: Sendable>: Sendable {
    private let held = Mutex<Value?>(nil)

    var value: Value? { held.withLock { $0 } }

    func give(_ value: Value) { held.withLock { $0 = value } }
}
