package import Store

/// Who signs in, with what, and who may let whom do what. Blocking, on the connection given: not for the cooperative
/// pool. Every change and its audit row are one transaction.
package struct Identity {
    package let connection: Connection
    package let catalogue: PermissionCatalogue
    let box: SecretBox
    let rules: IdentityRules
    let cache: PrincipalCache?
    private let clock: @Sendable () -> Int64

    /// - cache: forgets at once what this changes; on other nodes the change feed sees to it.
    /// - clock: microseconds since 1970.
    package init(
        _ connection: Connection, catalogue: PermissionCatalogue = .core, box: SecretBox,
        rules: IdentityRules = IdentityRules(), cache: PrincipalCache? = nil,
        clock: @escaping @Sendable () -> Int64 = Identity.systemClock
    ) {
        self.connection = connection
        self.catalogue = catalogue
        self.box = box
        self.rules = rules
        self.cache = cache
        self.clock = clock
    }

    /// Microseconds since 1970.
    var now: Int64 { clock() }

    /// Changes to people, roles and resellers, one at a time in the whole cluster: what a rule looks at (who holds
    /// what, who is the last administrator) then stays as it was seen.
    func changing<Value>(_ body: () throws -> Value) throws -> Value {
        defer { cache?.forgetAll() }
        return try connection.transaction {
            try Identity.lockTree(connection)
            return try body()
        }
    }

    /// In a transaction: people, roles and the tree of resellers then stay as they are till its end.
    static func lockTree(_ connection: Connection) throws {
        try connection.query("select pg_advisory_xact_lock(4862001)")
    }

    /// A row to the audit log, in the transaction that is open. `before` and `after` are JSON without secrets.
    func audit(
        _ actor: Actor, _ action: String, _ kind: String, _ id: Int64?, _ name: String?, before: String? = nil,
        after: String? = nil
    ) throws {
        try Audit.write(
            connection, actor, action: action, kind: kind, id: id, name: name, before: before, after: after)
    }
}
