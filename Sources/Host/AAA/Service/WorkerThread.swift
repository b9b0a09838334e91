import Glibc
import Synchronization
import Threads

/// A thread of our own, for work that blocks. Joined by `join`, once; one that nobody joins goes when it ends.
package final class WorkerThread: Sendable {
    private let thread: Locked<pthread_t?>
    private let body: Body

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        let hasEnded = Atomic(false)
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Whether its work is over: told to, or by an error.
    package var hasEnded: Bool { body.hasEnded.load(ordering: .relaxed) }

    /// - name: for the message when the system has no thread left.
    package init(_ name: String, _ run: @escaping @Sendable () -> Void) {
        let run = ThreadName.giving(name, to: run)
        var handle = pthread_t()
        let body = Body(run)
        self.body = body
        let result = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                body.run()
                body.hasEnded.store(true, ordering: .relaxed)
                return nil
            }, Unmanaged.passRetained(body).toOpaque())
        precondition(result == 0, "the system gives no thread for \(name)")
        thread = Locked(handle)
    }

    deinit {
        if let handle = thread.withLock({ $0.take() }) { pthread_detach(handle) }
    }

    package func join() {
        guard let handle = thread.withLock({ $0.take() }) else { return }
        pthread_join(handle, nil)
    }
}
