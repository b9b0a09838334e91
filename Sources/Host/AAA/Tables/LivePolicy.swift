package import PluginAPI
import Threads

/// The policy in force: the follower of the change feed writes it, logins read it. A reader's lock lasts as long as a
/// reference is copied.
package final class LivePolicy: Sendable {
    /// Unchecked, because what it points to is its own and never changes. A pointer, since a class's property would be
    /// copied for every reader.
    private final class Frame: @unchecked Sendable {
        let tables: UnsafeMutablePointer<PolicyTables>

        init(_ tables: PolicyTables) {
            self.tables = .allocate(capacity: 1)
            self.tables.initialize(to: tables)
        }

        deinit {
            tables.deinitialize(count: 1)
            tables.deallocate()
        }
    }

    private let current: Locked<Frame>
    /// One writer at a time.
    private let writing = Locked(())

    package init(_ tables: PolicyTables = PolicyTables()) { current = Locked(Frame(tables)) }

    /// Reads what is in force now; what is changed meanwhile, the next reader sees.
    package func read<Result>(_ body: (borrowing PolicyTables) -> Result) -> Result {
        let frame = current.withLock { $0 }
        defer { withExtendedLifetime(frame) {} }
        return body(frame.tables.pointee)
    }

    /// Binds a subscriber to the MAC of its first login, at once; the database is told by the event.
    package func learn(_ mac: MACAddress, subscriber id: Int64) {
        let subscribers = read { $0.subscribers }
        subscribers.change(id) { subscriber in
            if subscriber.mac == nil { subscriber.mac = mac }
        }
    }

    /// What is in force at this moment, whole.
    package var tables: PolicyTables { read { copy $0 } }

    package func change<Result: Sendable>(_ body: (inout PolicyTables) -> Result) -> Result {
        writing.withLock { _ in
            var tables = self.tables
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
