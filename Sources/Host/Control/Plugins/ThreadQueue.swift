import Dispatch
import Threads

/// What waits for a thread, first come first served.
final class ThreadQueue<Item: Sendable>: Sendable {
    private struct State {
        var waiting: [Item] = []
        var isStopped = false
    }

    private let state = Locked(State())
    private let bell = DispatchSemaphore(value: 0)

    /// False when it is over.
    func add(_ item: Item) -> Bool {
        let isTaken = state.withLock { state in
            if !state.isStopped { state.waiting.append(item) }
            return !state.isStopped
        }
        if isTaken { bell.signal() }
        return isTaken
    }

    /// Waits; nil when it is over, or when the time is up.
    func next(within seconds: Int? = nil) -> Item? {
        if let seconds {
            guard bell.wait(timeout: .now() + .seconds(seconds)) == .success else { return nil }
        } else {
            bell.wait()
        }
        return state.withLock { state in
            // For the next thread that waits.
            if state.isStopped { bell.signal() }
            return state.isStopped || state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
    }

    /// Takes no more; gives what still waited.
    @discardableResult
    func stop() -> [Item] {
        let left = state.withLock { state in
            state.isStopped = true
            defer { state.waiting = [] }
            return state.waiting
        }
        bell.signal()
        return left
    }
}
