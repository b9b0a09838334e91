import Glibc
import Threads

/// Does something again and again on a thread of its own, until stopped.
final class Ticker: Sendable {
    private final class Work: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    private let end = Signal()

    /// - name: of the thread, up to 15 bytes.
    init(_ name: String, milliseconds: Int, _ tick: @escaping @Sendable () -> Void) {
        let end = end
        let run = ThreadName.giving(name) {
            while !end.wait(milliseconds: milliseconds) { tick() }
        }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Work(run)).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, context)
        precondition(code == 0, "the system gives no thread for \(name)")
        pthread_detach(thread)
    }

    deinit { stop() }

    /// What is under way is not waited for.
    func stop() { end.give() }
}
