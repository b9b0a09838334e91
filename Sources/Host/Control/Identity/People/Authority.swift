/// Who manages people: what he can hand out, and to whom.
package struct Authority: Sendable {
    package let actor: Actor
    package let scope: Scope
    /// His own record; nil on the command line.
    let operatorID: Int64?
    /// nil: everything, as on the command line, where whoever runs it could write the database.
    private let held: Set<String>?

    package init(_ principal: Principal, _ actor: Actor) {
        precondition(principal.kind == .operator, "customers manage nobody")
        self.actor = actor
        scope = principal.scope
        operatorID = principal.id
        held = principal.permissions
    }

    private init(commandLine actor: Actor) {
        self.actor = actor
        scope = .house
        operatorID = nil
        held = nil
    }

    package static func commandLine(_ actor: Actor) -> Authority { Authority(commandLine: actor) }

    /// Of these, what he does not hold himself.
    func missing(_ permissions: Set<String>) -> Set<String> { held.map { permissions.subtracting($0) } ?? [] }
}
