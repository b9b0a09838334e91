import Threads

/// The way back to one client: takes one response, from any thread, now or later.
package final class Reply: Sendable {
    private let take: Locked<(@Sendable (Response) -> Void)?>

    package init(_ take: @escaping @Sendable (Response) -> Void) { self.take = Locked(take) }

    /// A second response is dropped: the first is on its way.
    package func send(_ response: Response) {
        let take = take.withLock { $0.take() }
        take?(response)
    }
}

/// Whether a request goes on after its headers: decided before its body is read, from any thread, now or later.
package final class Admission: Sendable {
    package enum Verdict: Sendable {
        /// The body is read and the route asked; `context` comes along in `Request.context`.
        case pass(context: (any Sendable)?)
        /// The response ends it.
        case refuse(Response)
    }

    private let take: Locked<(@Sendable (Verdict) -> Void)?>

    package init(_ take: @escaping @Sendable (Verdict) -> Void) { self.take = Locked(take) }

    /// A second verdict is dropped.
    package func give(_ verdict: Verdict) {
        let take = take.withLock { $0.take() }
        take?(verdict)
    }
}

/// Where a streamed body goes, piece by piece.
package protocol BodyWriter: AnyObject, Sendable {
    /// Sends a piece; waits while the client is slow to read. False when the client is gone: stop then.
    func write(_ bytes: [UInt8]) -> Bool
    /// The same without waiting: false when the client is gone or so far behind that there is no room. The connection
    /// is then over.
    func offer(_ bytes: [UInt8]) -> Bool
    /// The body ends here; `completely` false breaks the connection off, so that nobody takes half for whole.
    func finish(completely: Bool)
    var isOpen: Bool { get }
}
