package import PluginAPI
import Threads

/// The policy in force: the follower of the change feed writes it, logins read it. A reader's lock lasts as long as a
/// reference is copied.
package final class LivePolicy: Sendable {
    private final class Frame: Sendable {
        let tables: PolicyTables
        init(_ tables: PolicyTables) { self.tables = tables }
    }

    private let current: Locked<Frame>
    /// One writer at a time.
    private let writing = Locked(())

    package init(_ tables: PolicyTables = PolicyTables()) { current = Locked(Frame(tables)) }

    /// Reads what is in force now; what is changed meanwhile, the next reader sees.
    package func read<Result>(_ body: (borrowing PolicyTables) -> Result) -> Result {
        body(current.withLock { $0 }.tables)
    }

    /// Binds a subscriber to the MAC of its first login, at once; the database is told by the event.
    package func learn(_ mac: MACAddress, subscriber id: Int64) {
        let subscribers = read { $0.subscribers }
        subscribers.change(id) { subscriber in
            if subscriber.mac == nil { subscriber.mac = mac }
        }
    }

    /// What is in force at this moment, whole.
    package var tables: PolicyTables { current.withLock { $0 }.tables }

    package func change<Result: Sendable>(_ body: (inout PolicyTables) -> Result) -> Result {
        writing.withLock { _ in
            var tables = current.withLock { $0 }.tables
            let version = tables.version
            let result = body(&tables)
            tables.version = version + 1
            let frame = Frame(tables)
            // The old frame goes after the lock does.
            let old = current.withLock { current in
                defer { current = frame }
                return current
            }
            withExtendedLifetime(old) {}
            return result
        }
    }
}
