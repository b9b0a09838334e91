package import Dictionary
import PluginAPI

/// A further condition of a login: an attribute of the request must compare so.
package struct CheckRule: Sendable {
    package let attribute: String
    package let operation: CheckOperator
    package let value: String
    /// nil when no dictionary knows the attribute; such a rule fails every login.
    package let known: Attribute?
}

/// FreeRADIUS' comparison operators; `:=` and `=` on a check item set a control value.
package enum CheckOperator: String, Sendable {
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case matches = "=~"
    case doesNotMatch = "!~"
    case present = "=*"
    case absent = "!*"
    case set = ":="
    case setIfAbsent = "="
}

/// A further attribute of a reply, encoded when it was loaded.
package struct ReplyRule: Sendable {
    package let operation: ReplyOperator
    package let part: CompiledPart
}

/// How a further attribute meets what the plan already gave.
package enum ReplyOperator: String, Sendable {
    /// In place of every attribute of that name.
    case replace = ":="
    /// Beside them.
    case add = "+="
    /// Only when there is none.
    case addIfAbsent = "="
}
