import Dispatch
import Threads

/// A bounded queue between threads: many put, one takes all that is there.
package final class Mailbox<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var isClosed = false
    }

    private let state = Locked(State())
    private let bell = DispatchSemaphore(value: 0)
    private let limit: Int

    package init(limit: Int) { self.limit = limit }

    /// False when the box is full or closed: the item was not taken.
    package func put(_ item: Item) -> Bool {
        let (taken, first) = state.withLock { state in
            guard !state.isClosed, state.items.count < limit else { return (false, false) }
            state.items.append(item)
            return (true, state.items.count == 1)
        }
        if first { bell.signal() }
        return taken
    }

    /// Everything that is there, at most `most`; waits up to `milliseconds` for the first. nil once the box is closed
    /// and empty.
    package func take(most: Int, waitingMilliseconds milliseconds: Int) -> [Item]? {
        if let items = takeNow(most) { return items }
        _ = bell.wait(timeout: .now() + .milliseconds(milliseconds))
        if let items = takeNow(most) { return items }
        return state.withLock { $0.isClosed && $0.items.isEmpty } ? nil : []
    }

    private func takeNow(_ most: Int) -> [Item]? {
        state.withLock { state in
            guard !state.items.isEmpty else { return nil }
            if state.items.count <= most {
                defer { state.items = [] }
                return state.items
            }
            let first = Array(state.items.prefix(most))
            state.items.removeFirst(most)
            return first
        }
    }

    /// Nothing more goes in; what is there can still be taken.
    package func close() {
        state.withLock { $0.isClosed = true }
        bell.signal()
    }

    package var count: Int { state.withLock { $0.items.count } }
}
