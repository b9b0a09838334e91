import CPQ
import Glibc

/// Statements on their way, and what came back so far.
struct ConnectionFlight {
    var answers: [Rows] = []
    var failure: StoreError?
}

// Statements that nobody waits for: launched, then asked after whenever the descriptor is readable.
extension Connection {
    /// Sends the statements as one transaction and returns before they are answered. Until `landed` gave the answer
    /// nothing else may be asked of this connection. Preparing a statement, at its first use, waits.
    package func launch(_ statements: [Statement]) throws(StoreError) {
        precondition(flight == nil, "a connection has one flight at a time")
        var calls: [(name: String, arguments: StatementArguments)] = []
        for (name, statement) in zip(try prepare(statements), statements) {
            calls.append((name, try StatementArguments(statement.parameters)))
        }
        guard PQenterPipelineMode(handle) == 1 else { throw broken() }
        PQsetnonblocking(handle, 1)
        for call in calls { try send(call.name, call.arguments) }
        guard PQpipelineSync(handle) == 1, PQflush(handle) >= 0 else { throw broken() }
        flight = ConnectionFlight()
    }

    /// The answers when all are there, nil before; throws the first error, after which nothing of the flight has
    /// happened (of a `.connection` error the outcome is unknown).
    package func landed() throws(StoreError) -> [Rows]? {
        guard flight != nil else { return nil }
        guard PQflush(handle) >= 0, PQconsumeInput(handle) == 1 else {
            flight = nil
            throw broken()
        }
        while PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                guard isAlive else {
                    let failure = flight?.failure
                    flight = nil
                    throw failure ?? broken()
                }
                continue
            }
            if try take(result) { return try end() }
        }
        return nil
    }

    /// Whether bytes wait to be sent: then the descriptor's writability counts too.
    package var wantsToWrite: Bool { flight != nil && PQflush(handle) == 1 }

    /// Waits until the flight has landed; for a thread that has nothing else to do.
    package func land() throws(StoreError) -> [Rows] {
        while true {
            if let answers = try landed() { return answers }
            let events = POLLIN | (wantsToWrite ? POLLOUT : 0)
            var watched = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            _ = poll(&watched, 1, -1)
        }
    }

    /// True at the flight's end.
    private func take(_ result: OpaquePointer) throws(StoreError) -> Bool {
        switch PQresultStatus(result) {
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            return true
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK: flight?.answers.append(Rows(result))
        case PGRES_PIPELINE_ABORTED: PQclear(result)
        default:
            if flight?.failure == nil { flight?.failure = error(of: result) }
            PQclear(result)
        }
        return false
    }

    private func end() throws(StoreError) -> [Rows] {
        PQexitPipelineMode(handle)
        PQsetnonblocking(handle, 0)
        defer { flight = nil }
        if let failure = flight?.failure { throw failure }
        return flight?.answers ?? []
    }
}
