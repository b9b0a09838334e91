/// A stream of events to one client. It never waits: a client that is too far behind is closed, and comes again with
/// Last-Event-ID. Let go of, the stream ends.
package final class EventWriter: Sendable {
    private let body: any BodyWriter

    private init(_ body: any BodyWriter) { self.body = body }

    deinit { end() }

    /// False when the client is gone, or too far behind.
    @discardableResult
    package func send(_ event: ServerSentEvent) -> Bool { body.offer(event.bytes) }

    package var isOpen: Bool { body.isOpen }

    /// The client will come again after its retry time.
    package func end() { body.finish(completely: true) }

    /// A response that is a stream of events; `start` is called when it begins, must not wait, and keeps the writer for
    /// as long as the stream is to last.
    ///
    /// - retry: after which a client that was cut off comes again.
    /// - ended: called once when the stream has ended, whoever ended it; let go of uncalled when it never began.
    package static func response(
        retry: Duration = .seconds(3), pings: PingClock = .shared, ended: (@Sendable () -> Void)? = nil,
        _ start: @escaping @Sendable (EventWriter) -> Void
    ) -> Response {
        // Proxies are not to gather events (X-Accel-Buffering is nginx').
        let headers = [(name: "X-Accel-Buffering", value: "no")]
        var response = Response.streaming(type: "text/event-stream", headers: headers) { body in
            let milliseconds = Int(retry / .milliseconds(1))
            guard body.offer(ServerSentEvent.retry(milliseconds: milliseconds).bytes) else { return }
            let writer = EventWriter(body)
            pings.add(writer)
            start(writer)
        }
        response.streamEnded = ended
        return response
    }
}
