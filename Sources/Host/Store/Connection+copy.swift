import CPQ

/// Collects rows of a `COPY … FROM STDIN` in text form and hands them on in large pieces.
package struct CopyWriter: ~Copyable {
    private let connection: Connection
    private var buffer: [UInt8] = []
    /// Bytes gathered before they are given to libpq.
    private static let pieceSize = 64 * 1024

    init(_ connection: Connection) { self.connection = connection }

    /// One row, its values in the order of COPY's columns. Arrays have no text form here: `.value` is thrown.
    package mutating func row(_ values: [Parameter]) throws(StoreError) {
        for (index, value) in values.enumerated() {
            if index > 0 { buffer.append(9) }
            try append(value)
        }
        buffer.append(10)
        if buffer.count >= Self.pieceSize { try flush() }
    }

    private mutating func append(_ value: Parameter) throws(StoreError) {
        if value.isBinary { throw StoreError(.value, "an array can't be copied as text") }
        if value == .null {
            buffer.append(contentsOf: [92, 78])
            return
        }
        var plain: [UInt8] = []
        value.append(to: &plain)
        for byte in plain {
            switch byte {
            case 0: throw StoreError(.value, "a text may not hold a zero byte")
            case 9: buffer.append(contentsOf: [92, 116])
            case 10: buffer.append(contentsOf: [92, 110])
            case 13: buffer.append(contentsOf: [92, 114])
            case 92: buffer.append(contentsOf: [92, 92])
            default: buffer.append(byte)
            }
        }
    }

    mutating func flush() throws(StoreError) {
        try connection.put(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}

extension Connection {
    /// Runs `COPY table(columns) FROM STDIN` and lets `body` write its rows; gives the number of rows.
    /// When `body` throws, nothing is copied.
    @discardableResult
    package func copyIn(_ sql: String, _ body: (inout CopyWriter) throws -> Void) throws -> Int {
        let start = try check(PQexec(handle, sql))
        let takesRows = PQresultStatus(start) == PGRES_COPY_IN
        PQclear(start)
        precondition(takesRows, "copyIn takes a COPY … FROM STDIN")
        do {
            var writer = CopyWriter(self)
            try body(&writer)
            try writer.flush()
        } catch {
            PQputCopyEnd(handle, "given up by the client")
            _ = try? finishCopy()
            throw error
        }
        guard PQputCopyEnd(handle, nil) == 1 else { throw broken() }
        return try finishCopy()
    }

    func put(_ bytes: [UInt8]) throws(StoreError) {
        let sent = bytes.withUnsafeBytes {
            PQputCopyData(handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count))
        }
        guard sent == 1 else { throw broken() }
    }

    /// Reads every result to the end, so that the connection is free again; throws the first error.
    func finishCopy() throws(StoreError) -> Int {
        var failure: StoreError?
        var count = 0
        while let result = PQgetResult(handle) {
            do throws(StoreError) {
                count = Rows(try check(result)).affected
            } catch {
                failure = failure ?? error
                guard isAlive else { break }
            }
        }
        if let failure { throw failure }
        return count
    }
}
