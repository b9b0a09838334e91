import Threads

/// What was sent at login, by session key, until the session's accounting has taken it up. Bounded; forgetting costs
/// a column, never a session.
package final class LoginMemory: Sendable {
    private struct State {
        var logins: [SessionKey: SentLogin] = [:]
        var order: [SessionKey] = []
        var oldest = 0
    }

    private let state = Locked(State())
    private let limit: Int

    package init(limit: Int = 200_000) { self.limit = limit }

    package func keep(_ key: SessionKey, _ login: SentLogin) {
        state.withLock { state in
            if state.logins.updateValue(login, forKey: key) == nil { state.order.append(key) }
            while state.logins.count > limit, state.oldest < state.order.count {
                state.logins[state.order[state.oldest]] = nil
                state.oldest += 1
            }
            if state.oldest > limit {
                state.order.removeFirst(state.oldest)
                state.oldest = 0
            }
        }
    }

    package func login(_ key: SessionKey?) -> SentLogin? {
        guard let key else { return nil }
        return state.withLock { $0.logins[key] }
    }
}
