import CEvent
import Glibc
import Threads

/// An event loop as seen from other threads.
///
/// libevent's own locking is not used: work waits in a list of ours, and an eventfd wakes the loop, which is the same
/// cost without a lock around every event.
package final class Remote: Sendable {
    package typealias Work = @Sendable (EventLoop) -> Void
    let descriptor: Int32
    private let waiting = Locked<[Work]>([])

    init() throws(EventLoopError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .unavailable("eventfd", errno) }
    }

    deinit { close(descriptor) }

    /// Runs `work` on the loop's thread, after what was posted before; never, if the loop has ended.
    package func post(_ work: @escaping Work) {
        waiting.withLock { $0.append(work) }
        var one: UInt64 = 1
        // Can only fail when the counter is full, and then the loop is awake already.
        _ = write(descriptor, &one, 8)
    }

    /// Makes `run` return.
    package func stop() { post { $0.stop() } }

    /// Empties the list; called by the loop when the descriptor is readable.
    func take() -> [Work] {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
        return waiting.withLock { list in
            defer { list = [] }
            return list
        }
    }
}
