import PluginAPI
import Store

/// What a plugin may send as a statement: one of its own tables' business. Tenants' tables are read through the host,
/// which knows whose rows somebody sees; that a plugin goes around it by mistake is what this stops.
enum PluginSQL {
    private static let verbs: Set<String> = ["select", "insert", "update", "delete", "with", "merge", "values"]
    private static let schemas = ["public.", "freeradius.", "pg_temp."]

    /// The schema of a plugin's own tables.
    static func schema(_ plugin: String) -> String {
        "plugin_" + plugin.split(separator: "-", omittingEmptySubsequences: false).joined(separator: "_")
    }

    /// Why a statement is refused; nil when it is not.
    static func fault(_ sql: String) -> String? {
        let verb = sql.drop { $0.isWhitespace }.prefix { $0.isLetter }.lowercased()
        guard verbs.contains(verb) else {
            return
                "a plugin's statement is a SELECT, INSERT, UPDATE, DELETE or MERGE; tables are made by its migrations"
        }
        // Without quotes and blanks `"public" . x` is `public.x`.
        let bare = sql.lowercased().filter { !"\"\n\r\t ".contains($0) }
        guard let schema = schemas.first(where: { bare.contains($0) }) else { return nil }
        return "a plugin reads and writes its own tables; what is in \(schema.dropLast()) it gets from the host"
    }

    static func parameter(_ value: SQLValue) -> Parameter {
        switch value {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .int(value)
        case .number(let value): .double(value)
        case .text(let value): .text(value)
        case .bytes(let value): .bytes(value)
        case .time(let value): .timestamp(value)
        @unknown default: .null
        }
    }

    static func rows(_ rows: Rows) -> [SQLRow] {
        let columns = rows.columnNames
        return rows.map { row in SQLRow(columns, columns.indices.map { row.optionalText($0) }) }
    }

    /// As a plugin reads it.
    static func error(_ error: any Error) -> any Error {
        guard let store = error as? StoreError else { return error }
        let code =
            switch store.kind {
            case .conflict: "conflict"
            case .refused: "refused"
            case .value: "value"
            case .retry, .cancelled: "retry"
            case .connection: "away"
            case .setup, .other: "other"
            }
        return DatabaseError(code, store.message, constraint: store.constraint)
    }
}
