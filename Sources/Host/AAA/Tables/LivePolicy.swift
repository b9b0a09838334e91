package import PluginAPI
import Threads

/// The policy in force: the follower of the change feed writes it, logins read it. A reader's lock lasts as long as a
/// reference is copied.
package final class LivePolicy: Sendable {
    /// Unchecked, because what it points to is its own and never changes. A pointer, since a class's property would be
    /// checked for exclusive access by every reader.
    private final class Frame: @unchecked Sendable {
        let tables: UnsafeMutablePointer<PolicyTables>

        init(_ tables: consuming PolicyTables) {
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

    package init(_ tables: consuming PolicyTables = PolicyTables()) { current = Locked(Frame(tables)) }

    /// Reads what is in force now; what is changed meanwhile, the next reader sees.
    package func read<Result: ~Copyable, Failure: Error>(
        _ body: (borrowing PolicyTables) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let frame = current.withLock { $0 }
        defer { withExtendedLifetime(frame) {} }
        return try body(frame.tables.pointee)
    }

    /// Binds a subscriber to the MAC of its first login, at once; the database is told by the event.
    package func learn(_ mac: MACAddress, subscriber id: Int64) {
        let subscribers = read { $0.subscribers }
        subscribers.change(id) { subscriber in
            if subscriber.mac == nil { subscriber.mac = mac }
        }
    }

    /// What is in force at this moment, whole.
    package var tables: PolicyTables { read { $0.duplicate() } }

    package func change<Result: Sendable>(_ body: (inout PolicyTables) -> Result) -> Result {
        writing.withLock { _ in
            var tables = self.tables
            let result = body(&tables)
            publish(Frame(tables))
            return result
        }
    }

    /// Puts other tables in force.
    package func replace(with tables: consuming PolicyTables) {
        let frame = Frame(tables)
        writing.withLock { _ in publish(frame) }
    }

    private func publish(_ frame: Frame) {
        frame.tables.pointee.version = read { $0.version } + 1
        // The old frame goes after the lock does.
        let old = current.withLock { current in
            defer { current = frame }
            return current
        }
        withExtendedLifetime(old) {}
    }
}
