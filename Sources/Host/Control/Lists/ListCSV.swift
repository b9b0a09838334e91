import Store

extension ListReader {
    /// All matches as CSV (RFC 4180: CRLF, quotes where needed, names in the first line), in pieces of some 64 KiB; memory
    /// does not grow with the number of rows. The server makes the lines. `write` gives false when nobody takes more:
    /// then it ends early. Gives the number of rows, or nil when it ended early.
    ///
    /// A text that a spreadsheet would run as a formula (`=`, `+`, `-`, `@`, tab or return at its start) gets a single
    /// quote in front.
    @discardableResult
    package func csv(_ spec: ListSpec, _ query: ListQuery, _ write: @escaping ([UInt8]) throws -> Bool) throws -> Int? {
        let statement = try statement(spec, query)
        var sql = SQLText()
        let columns = query.columns.map { "\($0.csvSQL) AS \"\($0.name)\"" }
        let text = statement.everything(columns, &sql)
        let settled = sql.settings(for: text)
        var piece = CSVPiece(write)
        do {
            let lines = try scoped.connection.transaction {
                try scoped.connection.query(settled.set.sql, settled.set.parameters)
                // The statement lasts as long as the client reads.
                try scoped.connection.execute("SET LOCAL statement_timeout = '30min'")
                // A row's names are looked up one by one; two hundred resellers fit on two pages, which the planner would
                // rather read whole, a million times. The list itself comes from an index where it can.
                if statement.isFast { try scoped.connection.execute("SET LOCAL enable_seqscan = off") }
                return try scoped.connection.copyText(settled.text, options: "FORMAT csv, HEADER") { line in
                    try piece.append(line)
                }
            }
            try piece.flush()
            return lines - 1
        } catch is CSVPiece.Ended {
            return nil
        }
    }
}

/// Gathers lines, each ended as CSV wants it.
private struct CSVPiece {
    struct Ended: Error {}

    private static let size = 64 * 1024
    private let write: ([UInt8]) throws -> Bool
    private var bytes: [UInt8] = []

    init(_ write: @escaping ([UInt8]) throws -> Bool) { self.write = write }

    /// A line as PostgreSQL ends it, with LF alone; what is inside quotes stays as it is.
    mutating func append(_ line: UnsafeRawBufferPointer) throws {
        bytes += line.dropLast()
        bytes += [13, 10]
        if bytes.count >= CSVPiece.size { try flush() }
    }

    mutating func flush() throws {
        if bytes.isEmpty { return }
        guard try write(bytes) else { throw Ended() }
        bytes.removeAll(keepingCapacity: true)
    }
}
