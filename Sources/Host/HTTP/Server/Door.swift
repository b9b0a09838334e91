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
        let certificate = listener.certificate
        guard let daemon = Daemon(listener.socket, core, certificate?.current) else {
            let reason = certificate == nil ? "" : ", with the certificate \(certificate?.certificatePath ?? "")"
            throw HTTPServer.Failure(description: "libmicrohttpd can't listen on a socket\(reason)")
        }
        state.withLock { $0.current = daemon }
    }

    var certificate: CertificateFiles? { listener.certificate }

    /// Answers newcomers with another certificate; false when that can't be.
    func replace(_ certificate: CertificateText) -> Bool {
        guard let daemon = Daemon(listener.socket, core, certificate) else { return false }
        let isStopped = state.withLock { state in
            guard let old = state.current else { return true }
            old.stopListening()
            state.retired.append(old)
            state.current = daemon
            return false
        }
        if isStopped { daemon.stop() }
        return true
    }

    /// Ends those of older certificates whose connections are gone.
    func dropIdle() {
        let idle = state.withLock { state in
            let idle = state.retired.filter { $0.connections == 0 }
            state.retired.removeAll { old in idle.contains { $0 === old } }
            return idle
        }
        for daemon in idle { daemon.stop() }
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
