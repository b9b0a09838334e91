import CPQ

extension Connection {
    /// Runs `query` as `COPY (…) TO STDOUT (FORMAT binary)` and gives `body` one row after the other as it comes from the
    /// server: neither libpq nor we ever hold them all. Gives the number of rows. When `body` throws, the rest is not
    /// read. The query has no parameters.
    @discardableResult
    package func copyOut(_ query: String, _ body: (inout CopyRow) throws -> Void) throws -> Int {
        let start = try check(PQexec(handle, "COPY (\(query)) TO STDOUT (FORMAT binary)"))
        let givesRows = PQresultStatus(start) == PGRES_COPY_OUT
        PQclear(start)
        precondition(givesRows, "copyOut takes a query")
        var count = 0
        do {
            var isFirst = true
            while let row = try nextCopied() {
                defer { PQfreemem(UnsafeMutableRawPointer(mutating: row.baseAddress)) }
                // The server sends a row a message, the stream's beginning together with the first.
                var reader = isFirst ? try CopyRow(beginning: row) : CopyRow(row)
                isFirst = false
                guard try reader.begin() else { continue }
                try body(&reader)
                count += 1
            }
        } catch {
            giveUpCopy()
            throw error
        }
        _ = try finishCopy()
        return count
    }

    /// One message, to be freed; nil at the end, with whatever error there was still to be read.
    func nextCopied() throws(StoreError) -> UnsafeRawBufferPointer? {
        var bytes: UnsafeMutablePointer<CChar>?
        let count = PQgetCopyData(handle, &bytes, 0)
        guard count != -1 else { return nil }
        guard count > 0, let bytes else { throw broken() }
        return UnsafeRawBufferPointer(start: bytes, count: Int(count))
    }

    /// Frees the connection for other statements.
    func giveUpCopy() {
        guard isAlive else { return }
        canceller().cancel()
        while let rest = try? nextCopied() { PQfreemem(UnsafeMutableRawPointer(mutating: rest.baseAddress)) }
        _ = try? finishCopy()
    }
}
