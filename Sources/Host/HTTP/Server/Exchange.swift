import CMicroHTTPD
import Threads

/// One request on its way in, from its first line to the end of its answer. libmicrohttpd keeps it for us.
///
/// What is outside `shared` belongs to the connection's thread alone.
final class Exchange: @unchecked Sendable {
    /// What was decided, here or on another thread.
    enum Next: Sendable {
        /// The body may come.
        case admit(context: (any Sendable)?)
        case answer(Response)
    }

    enum Phase {
        case headers
        /// An admission was asked.
        case admission
        case body
        /// The rest of a body that is too long is read and thrown away: no answer can be sent in its midst.
        case overflow(read: Int, Problem)
        /// The route was asked.
        case route
        /// Refused; to be said when libmicrohttpd is ready for it.
        case refused(Response)
    }

    private struct Shared: Sendable {
        /// While it is suspended.
        var suspended: Connection?
        var next: Next?
        var isStopping = false
        var stream: BodyStream?
        var onStreamEnd: (@Sendable () -> Void)?
    }

    /// The target as it stands in libmicrohttpd's buffer; valid until the request is done.
    private let target: UnsafePointer<CChar>
    private let raw: [UInt8]
    var phase = Phase.headers
    var request = Request(method: "", path: "")
    var route: Route?
    var body: [UInt8] = []
    /// Bytes of the body that count against the server's memory for bodies.
    var bodyCount = 0
    /// Whether its body takes one of the places of those that have minutes to come.
    var holdsLongBody = false
    private let shared = Locked(Shared())

    init(_ target: UnsafePointer<CChar>) {
        self.target = target
        raw = String(cString: target).utf8.map { $0 }
    }

    var targetLength: Int { raw.count }

    /// The target, or nil when it is not one. libmicrohttpd ends it with a zero where the HTTP version begins; an
    /// earlier zero is a NUL that the client sent, and what follows it would be seen by some readers and not by others.
    func target(version: UnsafePointer<CChar>) -> RequestTarget? {
        guard UnsafeRawPointer(version) - UnsafeRawPointer(target) == raw.count + 1 else { return nil }
        return RequestTarget(raw)
    }

    /// What was decided; when nothing is yet, nil, and the connection is suspended until it is.
    func take(_ connection: Connection) -> Next? {
        shared.withLock { shared in
            if let next = shared.next.take() { return next }
            if shared.isStopping { return .answer(Exchange.stopping) }
            connection.suspend()
            shared.suspended = connection
            return nil
        }
    }

    /// From any thread.
    func decide(_ next: Next) {
        shared.withLock { shared in
            guard shared.next == nil else { return }
            shared.next = next
            shared.suspended.take()?.resume()
        }
    }

    /// `onEnd` is called when the connection is done with it.
    func begins(_ stream: BodyStream, onEnd: @escaping @Sendable () -> Void) {
        let isStopping = shared.withLock { shared in
            shared.stream = stream
            shared.onStreamEnd = onEnd
            return shared.isStopping
        }
        if isStopping { stop(now: true) }
    }

    /// The server stops: an event stream ends here; with `now`, everything does. From any thread.
    func stop(now: Bool) {
        let stream = shared.withLock { shared in
            if now {
                shared.isStopping = true
                if shared.suspended != nil, shared.next == nil { shared.next = .answer(Exchange.stopping) }
                shared.suspended.take()?.resume()
            }
            return shared.stream
        }
        guard let stream else { return }
        if stream.isEndless { stream.finish(completely: true) } else if now { stream.finish(completely: false) }
    }

    /// From any thread.
    func endIfUnheard() { shared.withLock { $0.stream }?.endIfUnheard() }

    /// The connection is closed, or goes on to its next request.
    func detach() {
        let (stream, onEnd) = shared.withLock { shared in
            shared.suspended = nil
            return (shared.stream.take(), shared.onStreamEnd.take())
        }
        stream?.detach()
        onEnd?()
    }

    private static let stopping = Problem(503, "stopping", "The server is being stopped; try again in a moment.")
        .response
}
