import Threads

/// The way back to one client: takes one response, from any thread, now or later. Let go of without one, the client is
/// told that something went wrong.
package final class Reply: Sendable {
    private let take: Locked<(@Sendable (Response) -> Void)?>

    package init(_ take: @escaping @Sendable (Response) -> Void) { self.take = Locked(take) }

    deinit { send(Problem(500, "internal", "The server has no answer to this.").response) }

    /// A second response is dropped: the first is on its way.
    package func send(_ response: Response) {
        let take = take.withLock { $0.take() }
        take?(response)
    }
}

/// Whether a request goes on after its headers: decided before its body is read, from any thread, now or later. Let go
/// of without a verdict, it is refused.
package final class Admission: Sendable {
    package enum Verdict: Sendable {
        /// The body is read and the route asked; `context` comes along in `Request.context`.
        case pass(context: (any Sendable)?)
        /// The response ends it.
        case refuse(Response)
    }

    private let take: Locked<(@Sendable (Verdict) -> Void)?>

    package init(_ take: @escaping @Sendable (Verdict) -> Void) { self.take = Locked(take) }

    deinit { give(.refuse(Problem(500, "internal", "The server has no answer to this.").response)) }

    /// A second verdict is dropped.
    package func give(_ verdict: Verdict) {
        let take = take.withLock { $0.take() }
        take?(verdict)
    }
}
