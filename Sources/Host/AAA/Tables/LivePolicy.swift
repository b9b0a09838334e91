import Threads

/// The policy in force: the follower of the change feed writes it, logins read it.
package final class LivePolicy: Sendable {
    private let tables: Locked<PolicyTables>

    package init(_ tables: PolicyTables = PolicyTables()) { self.tables = Locked(tables) }

    /// Reads under the lock; take out what is needed and leave.
    package func read<Result: Sendable>(_ body: (borrowing PolicyTables) -> Result) -> Result {
        tables.withLock { body($0) }
    }

    package func change<Result: Sendable>(_ body: (inout PolicyTables) -> Result) -> Result {
        tables.withLock { body(&$0) }
    }
}
