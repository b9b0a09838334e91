import Threads

/// Streams of whole lists: on threads of their own, since each lasts as long as its client reads, and one at a time for
/// each person.
package final class Exports: Sendable {
    /// The right to one export; given back once.
    final class Ticket: Sendable {
        private let end: Locked<(@Sendable () -> Void)?>

        fileprivate init(_ end: @escaping @Sendable () -> Void) { self.end = Locked(end) }

        deinit { giveBack() }

        func giveBack() {
            let end = end.withLock { $0.take() }
            end?()
        }
    }

    let workers: Workers
    private let busy = Locked<Set<String>>([])

    package init(_ workers: Workers) { self.workers = workers }

    /// nil while one of his is under way.
    func ticket(for principal: Principal) -> Ticket? {
        let key = "\(principal.kind.rawValue)/\(principal.id)"
        guard busy.withLock({ $0.insert(key).inserted }) else { return nil }
        return Ticket { [weak self] in self?.busy.withLock { _ = $0.remove(key) } }
    }
}
