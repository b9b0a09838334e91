import Glibc

/// Runs something on a thread of its own: the pool's few threads may all wait in tests.
enum OwnThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    static func run(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, Unmanaged.passRetained(Body(body)).toOpaque())
        pthread_detach(thread)
    }

    static func wait(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            run {
                body()
                continuation.resume()
            }
        }
    }
}
