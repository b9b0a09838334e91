import Threads

/// A thread for routes that wait for somebody, so that the thread which serves all clients does not. Requests queue; when
/// too many do, further ones are told to come again.
package final class WorkQueue: Sendable {
    private typealias Job = @Sendable () -> Void

    private final class Shelf: Sendable {
        let jobs = Locked<[Job]>([])
        let isFilled = Signal()
    }

    private let shelf = Shelf()
    private let limit: Int
    private let thread: Ticker

    /// - name: of the thread, up to 15 bytes.
    package init(_ name: String, limit: Int = 100) {
        self.limit = limit
        let shelf = shelf
        thread = Ticker(name, milliseconds: 0) {
            guard shelf.isFilled.wait(milliseconds: 1000) else { return }
            shelf.jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }?()
        }
    }

    /// A route that answers a GET on this thread.
    package func get(_ path: String, _ handler: @escaping @Sendable (Request) -> Response) -> Route {
        Route("GET", path) { [self] request, reply in
            let isTaken = shelf.jobs.withLock { jobs in
                guard jobs.count < limit else { return false }
                jobs.append { reply.send(handler(request)) }
                return true
            }
            guard isTaken else { throw Problem(503, "busy", "Too many ask; try again in a moment.") }
            shelf.isFilled.give()
        }
    }
}
