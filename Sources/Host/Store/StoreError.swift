/// What went wrong with the database, in words fit to show: never SQL, never a secret or a row's values.
package struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What a caller may do about it.
    package enum Kind: String, Sendable {
        /// The server can't be reached, or the connection broke. After COMMIT was sent its outcome is unknown.
        case connection
        /// The server, the cluster or a setting is not fit for use; a person has to act.
        case setup
        /// A constraint refused the change: `constraint` names it.
        case conflict
        /// A trigger or check of the schema refused the change and said why; `message` is its sentence.
        case refused
        /// Deadlock or serialisation failure: the whole transaction can be run again.
        case retry
        /// The statement was cancelled or ran into a time limit.
        case cancelled
        /// A value does not fit its column.
        case value
        /// Anything else: a fault of ours or of the server.
        case other
    }

    package var kind: Kind
    /// Five characters of the server's answer, when it gave one (PostgreSQL, appendix A).
    package var sqlState: String?
    /// For people.
    package var message: String
    /// Name of the constraint that refused.
    package var constraint: String?
    /// Table the refusal is about.
    package var table: String?

    package init(
        _ kind: Kind, _ message: String, sqlState: String? = nil, constraint: String? = nil, table: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.sqlState = sqlState
        self.constraint = constraint
        self.table = table
    }

    package var description: String {
        guard let sqlState else { return message }
        return "\(message) [\(sqlState)]"
    }

    /// From what the server said. The primary message is kept; DETAIL and CONTEXT carry values and SQL, and are not.
    static func server(sqlState: String, message: String, constraint: String?, table: String?) -> StoreError {
        let kind = kind(of: sqlState)
        let text =
            kind == .conflict
            ? conflictText(sqlState: sqlState, constraint: constraint, table: table) : message
        return StoreError(kind, text, sqlState: sqlState, constraint: constraint, table: table)
    }

    private static func kind(of sqlState: String) -> Kind {
        switch sqlState {
        case "P0001", "TK001": return .refused
        case "40001", "40P01", "55P03": return .retry
        case "57014": return .cancelled
        case "57P01", "57P02", "57P03", "25P03", "57P05": return .connection
        case "3D000", "28000", "28P01": return .setup
        // Too long for an index. The rest of its class are statements of ours that are too deep or too wide.
        case "54000": return .value
        default: break
        }
        switch sqlState.prefix(2) {
        case "08": return .connection
        case "23": return .conflict
        case "22": return .value
        default: return .other
        }
    }

    private static func conflictText(sqlState: String, constraint: String?, table: String?) -> String {
        let place = table.map { " in \($0)" } ?? ""
        let rule = constraint.map { " (\($0))" } ?? ""
        switch sqlState {
        case "23505": return "the value is taken already\(place)\(rule)"
        case "23503": return "it refers to, or is used by, something else\(place)\(rule)"
        case "23502": return "a value is missing\(place)\(rule)"
        case "23P01": return "it overlaps with another\(place)\(rule)"
        default: return "the value is not allowed\(place)\(rule)"
        }
    }
}
