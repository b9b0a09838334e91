import Glibc
import Threads

/// A thread of our own, for work that blocks. Joined by `join`, once.
package final class WorkerThread: Sendable {
    private let thread: Locked<pthread_t?>

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// - name: for the message when the system has no thread left.
    package init(_ name: String, _ run: @escaping @Sendable () -> Void) {
        let run = ThreadName.giving(name, to: run)
        var handle = pthread_t()
        let body = Unmanaged.passRetained(Body(run))
        let result = pthread_create(
            &handle, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        precondition(result == 0, "the system gives no thread for \(name)")
        thread = Locked(handle)
    }

    package func join() {
        guard let handle = thread.withLock({ $0.take() }) else { return }
        pthread_join(handle, nil)
    }
}
