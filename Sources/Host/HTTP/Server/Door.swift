import Glibc
import Threads

/// A listening socket and who answers there: one of libmicrohttpd's servers; with HTTPS, after a new certificate, a
/// further one, while the older end with their connections.
final class Door: Sendable {
    private struct State: @unchecked Sendable {
        var current: Daemon?
        /// Those of older certificates.
        var retired: [Daemon] = []
    }

    private let listener: HTTPServer.Listener
    private let core: Core
    private let state = Locked(State())

    init(_ listener: HTTPServer.Listener, _ core: Core) throws(HTTPServer.Failure) {
        self.listener = listener
        self.core = core
        let text = listener.certificate?.current
        guard let daemon = Daemon(listener.socket, core, text) else {
            let reason = text == nil ? String(cString: strerror(errno)) : "the certificate and key are no pair"
            throw HTTPServer.Failure(description: "libmicrohttpd can't listen on a socket: \(reason)")
        }
        state.withLock { $0.current = daemon }
    }

    func stopListening() { state.withLock { $0.current?.stopListening() } }

    func stop() {
        let all = state.withLock { state in
            defer { state = State() }
            return [state.current].compactMap { $0 } + state.retired
        }
        for daemon in all { daemon.stop() }
    }
}
