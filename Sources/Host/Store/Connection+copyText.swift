import CPQ

extension Connection {
    /// Runs `query` as `COPY (…) TO STDOUT` with these options (`FORMAT csv, HEADER`) and gives `body` one row after the
    /// other, its line end included, valid during the call only: neither libpq nor we ever hold them all. Gives the
    /// number of lines. When `body` throws, the rest is not read. The query has no parameters.
    @discardableResult
    package func copyText(
        _ query: String, options: String, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> Int {
        let start = try check(PQexec(handle, "COPY (\(query)) TO STDOUT (\(options))"))
        let givesRows = PQresultStatus(start) == PGRES_COPY_OUT
        PQclear(start)
        precondition(givesRows, "copyText takes a query")
        var count = 0
        do {
            while let line = try nextCopied() {
                defer { PQfreemem(UnsafeMutableRawPointer(mutating: line.baseAddress)) }
                try body(line)
                count += 1
            }
        } catch {
            giveUpCopy()
            throw error
        }
        _ = try finishCopy()
        return count
    }
}
