import Glibc

/// Answers other processes of this machine on a unix socket: a client sends one line, and reads lines until the end.
/// Who may ask is the folder's permission.
package final class LocalServer {
    /// Gets the line, without its end, on the loop. The reply may be kept and written to from any thread, also for as
    /// long as the client listens.
    package typealias Handler = (String, LocalReply) -> Void

    private let loop: EventLoop
    private let descriptor: Int32
    private let handler: Handler
    private var watch: Watch?
    private var connections: [Int32: LocalConnection] = [:]

    /// Takes the place of an earlier server of that name: there is one at a time. Throws `.unavailable`.
    package init(
        _ loop: EventLoop, folder: String, name: String, _ handler: @escaping Handler
    ) throws(EventLoopError) {
        self.loop = loop
        self.handler = handler
        let address = try LocalAddress(folder: folder, name: name)
        defer { address.close() }
        descriptor = try LocalAddress.socket()
        address.remove()
        guard address.with({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, 64) == 0 else {
            let code = errno
            close(descriptor)
            throw .unavailable("bind \(folder)/\(name)", code)
        }
        watch = try loop.watch(descriptor, .read) { [unowned self] in accept() }
    }

    deinit {
        watch?.cancel()
        close(descriptor)
    }

    private func accept() {
        while true {
            let client = Glibc.accept(descriptor, nil, nil)
            guard client >= 0 else { return }
            _ = fcntl(client, F_SETFD, FD_CLOEXEC)
            _ = fcntl(client, F_SETFL, O_NONBLOCK)
            let connection = try? LocalConnection(loop, client, handler) { [weak self] in
                self?.connections[client] = nil
            }
            connections[client] = connection
        }
    }
}
