import CEvent
import Glibc

/// One thing a loop waits for: a descriptor, a signal or a time. It ends when it is cancelled or let go.
package final class Watch {
    private var event: OpaquePointer?
    private var body: (() -> Void)?
    /// The event refers to its base until it is freed, so the loop may not go before its watches; the loop's own
    /// inbox would be a cycle, and is the one that does without.
    private unowned let loop: EventLoop

    init(
        _ loop: EventLoop, descriptor: Int32, events: Int16, delay: Duration? = nil, _ body: @escaping () -> Void
    ) throws(EventLoopError) {
        self.loop = loop
        self.body = body
        let context = Unmanaged.passUnretained(self).toOpaque()
        event = event_new(loop.base, descriptor, events, { _, _, context in Watch.fire(context) }, context)
        guard let event else { throw .unavailable("event_new", errno) }
        let added: Int32
        if var time = delay?.timeval {
            added = event_add(event, &time)
        } else {
            added = event_add(event, nil)
        }
        guard added == 0 else { throw .unavailable("event_add", errno) }
    }

    deinit { cancel() }

    /// After this the body is not called again. May be called from the body itself.
    package func cancel() {
        if let event { event_free(event) }
        event = nil
        body = nil
    }

    private static func fire(_ context: UnsafeMutableRawPointer?) {
        guard let context else { return }
        // Kept for the time of the call: the body may let go of the last reference to its own watch.
        let watch = Unmanaged<Watch>.fromOpaque(context).takeUnretainedValue()
        withExtendedLifetime(watch) { watch.body?() }
    }
}

extension Duration {
    fileprivate var timeval: timeval {
        let (seconds, attoseconds) = components
        // A negative time would be an error to libevent, and means "now" to the caller.
        guard seconds >= 0, attoseconds >= 0 else { return Glibc.timeval(tv_sec: 0, tv_usec: 0) }
        return Glibc.timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
    }
}
