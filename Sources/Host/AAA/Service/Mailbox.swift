import Glibc
import RADIUS
import Threads

/// A bounded queue between threads: many put, one takes all that is there. The taker may wait for its descriptor beside
/// others.
package final class Mailbox<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var isClosed = false
    }

    private let state = Locked(State())
    private let bell: StopEvent
    private let limit: Int

    package init(limit: Int) {
        self.limit = limit
        guard let bell = try? StopEvent() else { preconditionFailure("the system gives no event descriptor") }
        self.bell = bell
    }

    /// Readable while something is there, or was since the last take.
    package var descriptor: Int32 { bell.descriptor }

    /// Ends the taker's wait.
    package func wake() { bell.raise() }

    /// False when the box is full or closed: the item was not taken.
    package func put(_ item: Item) -> Bool {
        let (taken, first) = state.withLock { state in
            guard !state.isClosed, state.items.count < limit else { return (false, false) }
            state.items.append(item)
            return (true, state.items.count == 1)
        }
        if first { bell.raise() }
        return taken
    }

    /// Everything that is there, at most `most`; waits up to `milliseconds` for the first. nil once the box is closed
    /// and empty.
    package func take(most: Int, waitingMilliseconds milliseconds: Int) -> [Item]? {
        if let items = takeNow(most) { return items }
        if milliseconds > 0 {
            var watched = pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0)
            _ = poll(&watched, 1, Int32(milliseconds))
        }
        return takeNow(most) ?? (isOver ? nil : [])
    }

    private var isOver: Bool { state.withLock { $0.isClosed && $0.items.isEmpty } }

    private func takeNow(_ most: Int) -> [Item]? {
        let items = state.withLock { state -> [Item]? in
            guard !state.items.isEmpty else { return nil }
            guard state.items.count > most else {
                defer { state.items = [] }
                return state.items
            }
            let first = Array(state.items.prefix(most))
            state.items.removeFirst(most)
            return first
        }
        quiet()
        return items
    }

    /// The bell is silenced before the box is looked at again, so that no ring is lost.
    private func quiet() {
        var count: UInt64 = 0
        _ = read(bell.descriptor, &count, 8)
        if state.withLock({ !$0.items.isEmpty || $0.isClosed }) { bell.raise() }
    }

    /// Nothing more goes in; what is there can still be taken.
    package func close() {
        state.withLock { $0.isClosed = true }
        bell.raise()
    }

    package var count: Int { state.withLock { $0.items.count } }
}
