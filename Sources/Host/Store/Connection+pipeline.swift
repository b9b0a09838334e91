import CPQ
import Glibc

/// A statement with its parameters.
package struct Statement: Sendable {
    package var sql: String
    package var parameters: [Parameter]

    package init(_ sql: String, _ parameters: [Parameter] = []) {
        self.sql = sql
        self.parameters = parameters
    }
}

extension Connection {
    /// Sends all statements at once and reads all answers: one round trip for a batch.
    ///
    /// Outside a transaction the batch is one transaction: all of it or nothing. Throws the first error.
    @discardableResult
    package func pipeline(_ statements: [Statement]) throws(StoreError) -> [Rows] {
        // Preparing waits for its answer, so it comes first.
        var calls: [(name: String, arguments: StatementArguments)] = []
        for (name, statement) in zip(try prepare(statements), statements) {
            calls.append((name, try StatementArguments(statement.parameters)))
        }
        guard PQenterPipelineMode(handle) == 1 else { throw broken() }
        PQsetnonblocking(handle, 1)
        defer {
            PQexitPipelineMode(handle)
            PQsetnonblocking(handle, 0)
        }
        for call in calls { try send(call.name, call.arguments) }
        guard PQpipelineSync(handle) == 1 else { throw broken() }
        try flush()
        return try collect(calls.count)
    }

    func send(_ name: String, _ arguments: StatementArguments) throws(StoreError) {
        let sent = arguments.withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(handle, name, count, values, lengths, formats, 0)
        }
        guard sent == 1 else { throw broken() }
    }

    /// Writes what is queued. Reads meanwhile, because a server whose answers nobody takes stops reading.
    private func flush() throws(StoreError) {
        while true {
            let rest = PQflush(handle)
            if rest == 0 { return }
            guard rest > 0 else { throw broken() }
            var watched = pollfd(fd: PQsocket(handle), events: Int16(POLLIN | POLLOUT), revents: 0)
            _ = poll(&watched, 1, -1)
            if watched.revents & Int16(POLLIN) != 0, PQconsumeInput(handle) == 0 { throw broken() }
        }
    }

    /// Each statement ends with a nil result, the batch with the sync's own result.
    private func collect(_ count: Int) throws(StoreError) -> [Rows] {
        var answers: [Rows] = []
        var failure: StoreError?
        while true {
            guard let result = PQgetResult(handle) else {
                guard isAlive else { throw failure ?? broken() }
                continue
            }
            switch PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                PQclear(result)
                if let failure { throw failure }
                return answers
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK: answers.append(Rows(result))
            case PGRES_PIPELINE_ABORTED: PQclear(result)
            default:
                if failure == nil { failure = error(of: result) }
                PQclear(result)
            }
        }
    }
}
