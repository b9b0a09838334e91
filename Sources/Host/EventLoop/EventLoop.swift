import CEvent
import Glibc

/// A libevent loop. It and all it hands out belong to the thread that calls `run`; other threads hold its `remote`,
/// through which work is posted and the loop is stopped.
///
/// Callbacks run between `run` and its return, one at a time, so what they share needs no lock.
package final class EventLoop {
    let base: OpaquePointer
    /// The loop as other threads may hold it.
    package let remote: Remote
    private var inbox: Watch?

    /// Throws `.unavailable` when the machine gives no event base or no eventfd.
    package init() throws(EventLoopError) {
        guard let base = event_base_new() else { throw .unavailable("event_base_new", errno) }
        self.base = base
        do throws(EventLoopError) {
            remote = try Remote()
        } catch {
            event_base_free(base)
            throw error
        }
        inbox = try watch(remote.descriptor, .read) { [unowned self] in
            for work in remote.take() { work(self) }
        }
    }

    deinit {
        inbox = nil
        event_base_free(base)
    }

    /// Runs callbacks until `stop`, or until nothing is left to wait for.
    package func run() {
        event_base_loop(base, EVLOOP_NO_EXIT_ON_EMPTY)
    }

    /// Makes `run` return once the callback that calls this is done.
    package func stop() { event_base_loopbreak(base) }

    /// Calls `body` each time the descriptor is ready, for as long as the watch is kept. The descriptor stays the
    /// caller's, and outlives the watch.
    package func watch(
        _ descriptor: Int32, _ readiness: Readiness, _ body: @escaping () -> Void
    ) throws(EventLoopError) -> Watch {
        try Watch(self, descriptor: descriptor, events: readiness.events | Int16(EV_PERSIST), body)
    }

    /// Calls `body` on the loop, soon after the process gets the signal, for as long as the watch is kept.
    package func signal(_ number: Int32, _ body: @escaping () -> Void) throws(EventLoopError) -> Watch {
        try Watch(self, descriptor: number, events: Int16(EV_SIGNAL | EV_PERSIST), body)
    }

    /// Calls `body` once after `delay`, or every `delay` when `repeats`, for as long as the timer is kept.
    package func timer(
        after delay: Duration, repeats: Bool = false, _ body: @escaping () -> Void
    ) throws(EventLoopError) -> Watch {
        try Watch(self, descriptor: -1, events: repeats ? Int16(EV_PERSIST) : 0, delay: delay, body)
    }
}
