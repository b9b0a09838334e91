import CPQ

extension Connection {
    /// Runs `COPY table(columns) FROM STDIN (FORMAT binary)` over bytes that are in that form already, start and end mark
    /// included; gives the number of rows.
    @discardableResult
    package func copyBinary(_ sql: String, _ bytes: [UInt8]) throws -> Int {
        let start = try check(PQexec(handle, sql))
        let takesRows = PQresultStatus(start) == PGRES_COPY_IN
        PQclear(start)
        precondition(takesRows, "copyBinary takes a COPY … FROM STDIN")
        try put(bytes)
        guard PQputCopyEnd(handle, nil) == 1 else { throw broken() }
        return try finishCopy()
    }
}
