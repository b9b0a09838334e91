import CPQ

/// One connection to PostgreSQL, blocking. One thread at a time uses it; it may be handed to another.
///
/// Statements are prepared at their first use and kept by their text. No call is made again by itself after the
/// connection broke: the caller makes a new connection and knows best what to repeat.
package final class Connection: @unchecked Sendable {
    let handle: OpaquePointer
    private var prepared: [PreparedKey: String] = [:]
    private var preparedSoFar = 0
    /// What was launched and has not landed.
    var flight: ConnectionFlight?
    /// More texts than this are a fault (values pasted into SQL); the cache then starts afresh.
    private static let preparedLimit = 500

    /// Connects. Throws `.setup` when the server refuses or is older than 14, `.connection` when it is not there.
    package init(_ settings: ConnectionSettings) throws(StoreError) {
        let keys = ["dbname", "application_name", "connect_timeout", "client_encoding"]
        let values = [
            settings.conninfo, settings.applicationName, String(settings.connectTimeoutSeconds), "UTF8",
        ]
        guard let handle = Self.connect(keys, values) else { throw StoreError(.other, "out of memory") }
        self.handle = handle
        guard PQstatus(handle) == CONNECTION_OK else { throw Self.refusal(handle, settings) }
        let version = Int(PQserverVersion(handle))
        guard version >= 140_000 else {
            throw StoreError(
                .setup,
                "the PostgreSQL at \(settings) is version \(version / 10_000); Tollkeeper needs 14 or later. "
                    + "Upgrade it, or name another with --database.")
        }
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        try execute(
            "SET datestyle = ISO; SET timezone = 'UTC'; SET intervalstyle = iso_8601; SET bytea_output = hex"
                + (settings.isServer ? "; " + Self.takeServerRole : ""))
    }

    /// Before the migration that makes it, or where the operator's database user may not, there is no such role.
    private static let takeServerRole = """
        SELECT set_config('role', rolname, false) FROM pg_roles
        WHERE rolname = 'tollkeeper_server' AND pg_has_role(rolname, 'member')
          AND coalesce(has_table_privilege(rolname, to_regclass('public.audit_chain'), 'select'), false)
        """

    deinit { PQfinish(handle) }

    /// Runs one statement and gives its rows, in text form, or in binary (`binary: true`) for large reads.
    @discardableResult
    package func query(_ sql: String, _ parameters: [Parameter] = [], binary: Bool = false) throws(StoreError) -> Rows {
        do throws(StoreError) {
            return try run(sql, parameters, binary: binary)
        } catch {
            // A migration changed a table under a kept statement: outside a transaction it is safe to plan anew.
            guard error.sqlState == "0A000", !inTransaction, forget(sql) else { throw error }
            return try run(sql, parameters, binary: binary)
        }
    }

    /// Runs SQL text of one or several statements, without parameters; several are one transaction.
    package func execute(_ script: String) throws(StoreError) {
        PQclear(try check(PQexec(handle, script)))
    }

    /// BEGIN, `body`, COMMIT; ROLLBACK when `body` throws. Inside a transaction it is a savepoint.
    /// A `.connection` error from COMMIT leaves the outcome unknown.
    package func transaction<Value>(_ body: () throws -> Value) throws -> Value {
        let nested = inTransaction
        try execute(nested ? "SAVEPOINT tollkeeper" : "BEGIN")
        let value: Value
        do {
            value = try body()
        } catch {
            // The first error is the one to tell; a broken connection has rolled back by itself.
            try? execute(nested ? "ROLLBACK TO tollkeeper; RELEASE tollkeeper" : "ROLLBACK")
            throw error
        }
        try commit(nested: nested)
        return value
    }

    /// Whether a transaction is open (failed ones included).
    package var inTransaction: Bool {
        let status = PQtransactionStatus(handle)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// False once the connection broke; then only a new connection helps.
    package var isAlive: Bool { PQstatus(handle) == CONNECTION_OK }

    /// Process id of our backend, to recognise it in pg_stat_activity.
    package var backendID: Int { Int(PQbackendPID(handle)) }

    /// For poll(2) beside other descriptors.
    package var descriptor: Int32 { PQsocket(handle) }

    /// A handle that another thread may use to stop the running statement.
    package func canceller() -> Canceller { Canceller(PQgetCancel(handle)) }

    private func commit(nested: Bool) throws(StoreError) {
        if nested { return try execute("RELEASE tollkeeper") }
        // COMMIT of a failed transaction answers ROLLBACK without an error.
        let failed = PQtransactionStatus(handle) == PQTRANS_INERROR
        try execute("COMMIT")
        if failed { throw StoreError(.other, "the transaction failed earlier and was rolled back") }
    }
}

// MARK: statements

private struct PreparedKey: Hashable {
    let sql: String
    let types: [UInt32]
}

extension Connection {
    private func run(_ sql: String, _ parameters: [Parameter], binary: Bool) throws(StoreError) -> Rows {
        let arguments = try StatementArguments(parameters)
        let name = try prepare(sql, parameters.map(\.typeID))
        let result = arguments.withPointers { count, values, lengths, formats in
            PQexecPrepared(handle, name, count, values, lengths, formats, binary ? 1 : 0)
        }
        return Rows(try check(result))
    }

    /// Name of the prepared statement for `sql`; prepares it at first use.
    private func prepare(_ sql: String, _ types: [UInt32]) throws(StoreError) -> String {
        let key = PreparedKey(sql: sql, types: types)
        if let name = prepared[key] { return name }
        try makeRoom(for: 1)
        return try prepare(key)
    }

    /// Names of the prepared statements of a batch, none of which makes room for another of them.
    func prepare(_ statements: [Statement]) throws(StoreError) -> [String] {
        let keys = statements.map { PreparedKey(sql: $0.sql, types: $0.parameters.map(\.typeID)) }
        var names = keys.compactMap { prepared[$0] }
        if names.count == keys.count { return names }
        try makeRoom(for: Set(keys).subtracting(prepared.keys).count)
        names = []
        for key in keys {
            if let name = prepared[key] { names.append(name) } else { names.append(try prepare(key)) }
        }
        return names
    }

    private func prepare(_ key: PreparedKey) throws(StoreError) -> String {
        preparedSoFar += 1
        let name = "s\(preparedSoFar)"
        PQclear(try check(PQprepare(handle, name, key.sql, Int32(key.types.count), key.types)))
        prepared[key] = name
        return name
    }

    private func makeRoom(for count: Int) throws(StoreError) {
        guard count > 0, prepared.count + count > Self.preparedLimit, !inTransaction else { return }
        try execute("DEALLOCATE ALL")
        prepared.removeAll()
    }

    private func forget(_ sql: String) -> Bool {
        let stale = prepared.keys.filter { $0.sql == sql }
        for key in stale { prepared[key] = nil }
        return !stale.isEmpty
    }

    /// The result, or the error it carries.
    func check(_ result: OpaquePointer?) throws(StoreError) -> OpaquePointer {
        guard let result else { throw broken() }
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_EMPTY_QUERY, PGRES_PIPELINE_SYNC:
            return result
        default:
            defer { PQclear(result) }
            throw error(of: result)
        }
    }

    func error(of result: OpaquePointer) -> StoreError {
        func field(_ code: Character) -> String? {
            PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
        }
        guard let sqlState = field("C") else {
            return isAlive ? StoreError(.other, String(cString: PQresultErrorMessage(result)).oneLine) : broken()
        }
        return .server(
            sqlState: sqlState, message: field("M") ?? "the database refused", constraint: field("n"),
            table: field("t"))
    }

    func broken() -> StoreError {
        StoreError(
            .connection, "the connection to the database broke: \(String(cString: PQerrorMessage(handle)).oneLine)")
    }

    private static func connect(_ keys: [String], _ values: [String]) -> OpaquePointer? {
        withCStrings(keys) { keys in withCStrings(values) { values in PQconnectdbParams(keys, values, 1) } }
    }

    private static func refusal(_ handle: OpaquePointer, _ settings: ConnectionSettings) -> StoreError {
        let reason = String(cString: PQerrorMessage(handle)).oneLine
        // FATAL means that a server answered: a wrong role, database or password. Starting up or shutting down passes.
        let answered = reason.contains("FATAL:")
        let passing = ["starting up", "shutting down", "recovery mode", "too many clients", "reserved"]
            .contains { reason.contains($0) }
        return StoreError(
            answered && !passing ? .setup : .connection, "can't use the database at \(settings): \(reason)")
    }
}

/// NULL-terminated array of C strings, valid during `body`.
private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    func next(_ index: Int, _ pointers: [UnsafePointer<CChar>?]) -> Result {
        if index == strings.count { return (pointers + [nil]).withUnsafeBufferPointer { body($0.baseAddress) } }
        return strings[index].withCString { next(index + 1, pointers + [$0]) }
    }
    return next(0, [])
}

extension String {
    /// libpq ends messages with a newline and breaks long ones.
    var oneLine: String {
        split(whereSeparator: { $0 == "\n" || $0 == "\t" }).map { $0.drop { $0 == " " } }.joined(separator: " ")
    }
}
