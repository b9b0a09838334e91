import CPQ

/// The answer to a statement: rows, and how many rows a change touched. Immutable; keeps libpq's memory alive.
package final class Rows: @unchecked Sendable {
    let result: OpaquePointer

    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    /// Rows inserted, updated, deleted, copied or selected.
    package var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    package var columnNames: [String] {
        (0..<PQnfields(result)).map { String(cString: PQfname(result, $0)) }
    }

    /// Index of the column, found once to read many rows by index. A wrong name is a fault in our SQL.
    package func column(_ name: String) -> Int {
        let number = PQfnumber(result, name)
        precondition(number >= 0, "the statement returns no column \(name)")
        return Int(number)
    }
}

extension Rows: RandomAccessCollection {
    package var startIndex: Int { 0 }
    package var endIndex: Int { Int(PQntuples(result)) }
    package subscript(position: Int) -> Row { Row(rows: self, index: Int32(position)) }
}

/// One row; values by column index (fast) or name. The plain readers stop the program on NULL, because a column read
/// so is NOT NULL in the schema; the `optional` ones give nil.
package struct Row: Sendable {
    let rows: Rows
    let index: Int32

    package func isNull(_ column: Int) -> Bool { PQgetisnull(rows.result, index, Int32(column)) == 1 }
    package func isNull(_ name: String) -> Bool { isNull(rows.column(name)) }

    func isBinary(_ column: Int) -> Bool { PQfformat(rows.result, Int32(column)) == 1 }

    /// The value's bytes as the server sent them, valid during the call only; nil for NULL.
    func raw<Value>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Value?) -> Value? {
        if isNull(column) { return nil }
        let count = Int(PQgetlength(rows.result, index, Int32(column)))
        guard let start = PQgetvalue(rows.result, index, Int32(column)) else { return nil }
        return start.withMemoryRebound(to: UInt8.self, capacity: count) {
            body(UnsafeBufferPointer(start: $0, count: count))
        }
    }

    func required<Value>(_ value: Value?, _ column: Int) -> Value {
        guard let value else {
            let name = rows.columnNames[column]
            preconditionFailure("column \(name) is \(isNull(column) ? "NULL" : "of another type")")
        }
        return value
    }
}
