import Threads

/// Which plugins an operator has closed: their routes, pages, jobs and dialects are as if they were not there. Their
/// code stays loaded, so that opening them again needs no restart.
package final class PluginDoors: Sendable {
    private let closed: Locked<Set<String>>

    package init(closed: Set<String> = []) { self.closed = Locked(closed) }

    package func isOpen(_ plugin: String) -> Bool { closed.withLock { !$0.contains(plugin) } }

    /// True when this changes anything.
    @discardableResult
    func set(_ now: Set<String>) -> Bool {
        closed.withLock { closed in
            defer { closed = now }
            return closed != now
        }
    }
}
