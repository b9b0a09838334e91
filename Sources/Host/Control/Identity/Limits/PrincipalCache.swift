import Threads

/// Who a token stands for, known for 30 seconds at most and forgotten when anything changes that may matter (the change
/// feed's topic `identity`). While the feed is not followed nothing is known: every request asks the database.
package final class PrincipalCache: Sendable {
    /// Taken before the database is asked: what is found is not kept when everything was forgotten meanwhile.
    package struct Ticket: Sendable {
        fileprivate let epoch: UInt64
    }

    private struct Entry: Sendable {
        let principal: Principal
        let until: Int64
    }

    private struct State: Sendable {
        var table: AgingTable<[UInt8], Entry>
        var epoch: UInt64 = 0
    }

    /// Topic of the change feed.
    package static let topic = "identity"
    private let state: Locked<State>
    private let isFollowing: @Sendable () -> Bool
    private let longest: Int64

    /// - isFollowing: whether the change feed was read to its end a moment ago.
    package init(
        capacity: Int = 20_000, longestSeconds: Int = 30, isFollowing: @escaping @Sendable () -> Bool
    ) {
        state = Locked(State(table: AgingTable(capacity: capacity)))
        longest = Int64(longestSeconds) * 1_000_000
        self.isFollowing = isFollowing
    }

    package var count: Int { state.withLock { $0.table.count } }

    /// - hash: of the token (`Bearer.hash`); now: microseconds since 1970.
    package func find(_ hash: [UInt8], now: Int64) -> Principal? {
        guard isFollowing() else { return nil }
        let entry = state.withLock { $0.table.find(hash) }
        // The second bound is for a clock that was set back.
        guard let entry, now < entry.until, entry.until - now <= longest else { return nil }
        return entry.principal
    }

    package func ticket() -> Ticket { Ticket(epoch: state.withLock { $0.epoch }) }

    /// - until: when the token ends by itself.
    package func keep(_ principal: Principal, for hash: [UInt8], until: Int64, now: Int64, _ ticket: Ticket) {
        guard isFollowing() else { return }
        let entry = Entry(principal: principal, until: min(until, now + longest))
        state.withLock { state in
            if state.epoch == ticket.epoch { state.table.keep(hash, entry) }
        }
    }

    /// What the change feed brought: keys by topic. Subscribers count too, since customers are signed in as such.
    package func changed(_ keys: [String: [Int64]]) {
        if keys[PrincipalCache.topic] != nil { return forgetAll() }
        guard let subscribers = keys["subscribers"] else { return }
        let changed = Set(subscribers)
        state.withLock { state in
            state.epoch += 1
            state.table.dropAll { $0.principal.kind == .customer && changed.contains($0.principal.id) }
        }
    }

    package func forgetAll() {
        state.withLock { state in
            state.epoch += 1
            state.table.dropAll()
        }
    }
}
