/// A value for `$1`, `$2`, … of a statement. The database takes its type from where it stands; add a cast where nothing
/// tells (`$1::bigint`).
public enum SQLValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case bytes([UInt8])
    /// Microseconds since 1970.
    case time(Int64)
}

extension SQLValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(nilLiteral: ()) { self = .null }
}

/// One row of an answer. A reader gives nil for NULL, for a column that is not there, and for a value of another kind.
public struct SQLRow: Sendable, Hashable {
    private let columns: [String]
    private let values: [String?]

    /// - values: as PostgreSQL writes them.
    public init(_ columns: [String], _ values: [String?]) {
        self.columns = columns
        self.values = values
    }

    /// The value as PostgreSQL writes it.
    public func text(_ column: String) -> String? {
        guard let index = columns.firstIndex(of: column), index < values.count else { return nil }
        return values[index]
    }

    public func integer(_ column: String) -> Int64? { text(column).flatMap { Int64($0) } }

    public func number(_ column: String) -> Double? { text(column).flatMap { Double($0) } }

    public func bool(_ column: String) -> Bool? {
        switch text(column) {
        case "t": true
        case "f": false
        default: nil
        }
    }

    /// bytea.
    public func bytes(_ column: String) -> [UInt8]? {
        guard let digits = text(column)?.utf8, digits.count % 2 == 0, digits.starts(with: "\\x".utf8) else {
            return nil
        }
        var bytes: [UInt8] = []
        var high: UInt8?
        for unit in digits.dropFirst(2) {
            guard let digit = SQLRow.digit(unit) else { return nil }
            if let first = high { bytes.append(first << 4 | digit) }
            high = high == nil ? digit : nil
        }
        return bytes
    }

    private static func digit(_ unit: UInt8) -> UInt8? {
        switch unit {
        case 48...57: unit - 48
        case 97...102: unit - 87
        default: nil
        }
    }
}
