import Threads

/// All who listen: those who are told from the feed's cursor on, and those who have just come. Outlives a lost connection,
/// with the cursor up to which everybody was told.
final class EventCrowd: Sendable {
    private struct State {
        var cursor: String?
        var present: [EventListener] = []
        var waiting: [EventListener] = []
    }

    private let state = Locked(State())

    var count: Int { state.withLock { $0.present.count + $0.waiting.count } }

    var cursor: String? {
        get { state.withLock { $0.cursor } }
        set { state.withLock { $0.cursor = newValue } }
    }

    func add(_ listener: EventListener) { state.withLock { $0.waiting.append(listener) } }

    /// Those who are told; who is gone is forgotten.
    func present() -> [EventListener] {
        state.withLock { state in
            state.present.removeAll { $0.isOver }
            return state.present
        }
    }

    /// Up to so many who have just come; they count as present from now on.
    func welcome(most: Int) -> [EventListener] {
        state.withLock { state in
            let new = Array(state.waiting.prefix(most))
            state.waiting.removeFirst(new.count)
            state.present += new
            return new
        }
    }

    /// They could not be brought up to date: the next step tries again.
    func putBack(_ listeners: [EventListener]) {
        state.withLock { state in
            state.present.removeAll { present in listeners.contains { $0 === present } }
            state.waiting = listeners + state.waiting
        }
    }

    func endAll() {
        let all = state.withLock { state in
            defer { (state.present, state.waiting) = ([], []) }
            return state.present + state.waiting
        }
        for listener in all { listener.end() }
    }
}
