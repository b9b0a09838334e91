import Threads

/// Places that each account has but so many of at once, over all its tokens and sessions: for what lasts as long as a
/// client likes.
package final class AccountPlaces: Sendable {
    /// The right to one place; given back once, at the latest when it is let go of.
    final class Ticket: Sendable {
        private let end: Locked<(@Sendable () -> Void)?>

        fileprivate init(_ end: @escaping @Sendable () -> Void) { self.end = Locked(end) }

        deinit { giveBack() }

        func giveBack() {
            let end = end.withLock { $0.take() }
            end?()
        }
    }

    package let limit: Int
    private let held = Locked<[String: Int]>([:])

    package init(limit: Int) { self.limit = limit }

    /// nil when all of his are taken.
    func ticket(for principal: Principal) -> Ticket? {
        let key = AccountPlaces.key(principal)
        let isTaken = held.withLock { held in
            guard held[key, default: 0] < limit else { return false }
            held[key, default: 0] += 1
            return true
        }
        guard isTaken else { return nil }
        return Ticket { [weak self] in self?.giveBack(key) }
    }

    private func giveBack(_ key: String) {
        held.withLock { held in
            let left = (held[key] ?? 1) - 1
            held[key] = left > 0 ? left : nil
        }
    }

    private static func key(_ principal: Principal) -> String { "\(principal.kind.rawValue)/\(principal.id)" }
}
