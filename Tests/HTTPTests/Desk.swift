import Threads

@testable import HTTP

/// What was asked and has not been answered; tests answer it from their own thread.
final class Desk<Item: Sendable>: Sendable {
    struct Empty: Error {}

    private let items = Locked<[Item]>([])
    private let filled = Signal()
    private let kept = Locked<[any Sendable]>([])

    func put(_ item: Item) {
        items.withLock { $0.append(item) }
        filled.give()
    }

    /// Holds it for as long as the desk is there.
    func keep(_ thing: any Sendable) { kept.withLock { $0.append(thing) } }

    /// Waits until something is there. Throws `Empty` when nothing came for ten seconds.
    func next() throws(Empty) -> Item {
        guard filled.wait(milliseconds: 10_000) else { throw Empty() }
        return items.withLock { $0.removeFirst() }
    }
}
