import HTTP
import Store

/// Columns of a row as JSON.
enum ListValue {
    static func object(_ row: Row, _ columns: [ListColumn]) -> JSON {
        .object(columns.enumerated().map { index, column in (column.name, value(row, index, column.kind)) })
    }

    private static func value(_ row: Row, _ index: Int, _ kind: ListColumn.Kind) -> JSON {
        switch kind {
        case .text, .choice, .address, .prefix, .mac: .optional(row.optionalText(index))
        case .integer: row.optionalInt(index).map { JSON.count($0) } ?? .null
        case .number: row.optionalDouble(index).map { JSON.number($0) } ?? .null
        case .bool: row.optionalBool(index).map { JSON.bool($0) } ?? .null
        case .time: .optional(row.optionalText(index).flatMap(time))
        case .texts: row.optionalTextArray(index).map { .array($0.map { JSON.text($0) }) } ?? .null
        case .json: row.optionalText(index).map { JSON.raw($0) } ?? .null
        }
    }

    /// `2026-11-21 05:40:49.12+00` as `2026-11-21T05:40:49.12Z`; nil for infinity, which JSON has no word for.
    static func time(_ text: String) -> String? {
        guard text.hasSuffix("+00"), let blank = text.firstIndex(of: " ") else { return nil }
        return text[..<blank] + "T" + text[text.index(after: blank)...].dropLast(3) + "Z"
    }
}
