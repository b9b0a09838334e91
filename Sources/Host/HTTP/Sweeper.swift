import Glibc
import Threads

/// Closes overdue connections, on a thread of its own, once a second.
final class Sweeper: Sendable {
    private struct State {
        var deadlines: Deadlines
        var isStopped = false
    }

    private let state: Locked<State>

    init(limit: Duration) {
        state = Locked(State(deadlines: Deadlines(limit: limit)))
        var thread = pthread_t()
        // The thread keeps the sweeper until it is stopped.
        let context = Unmanaged.passRetained(self).toOpaque()
        let code = pthread_create(&thread, nil, Sweeper.run, context)
        guard code == 0 else {
            Unmanaged<Sweeper>.fromOpaque(context).release()
            return
        }
        pthread_detach(thread)
    }

    func change(_ body: (inout Deadlines) -> Void) { state.withLock { body(&$0.deadlines) } }

    func stop() { state.withLock { $0.isStopped = true } }

    /// Under the lock: libmicrohttpd tells of a close before it closes, so that no descriptor here is another's by now.
    private func sweep() -> Bool {
        state.withLock { state in
            for descriptor in state.deadlines.overdue(now: .now) { shutdown(descriptor, Int32(SHUT_RDWR)) }
            return !state.isStopped
        }
    }

    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        guard let context else { return nil }
        let sweeper = Unmanaged<Sweeper>.fromOpaque(context).takeRetainedValue()
        while sweeper.sweep() { sleep(1) }
        return nil
    }
}
