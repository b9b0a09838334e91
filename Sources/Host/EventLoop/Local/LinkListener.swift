import CSystem
import Glibc

/// Where other processes of this machine join with a Link. Who may is the folder's permission, and the user's.
package final class LinkListener {
    private let descriptor: Int32
    private var watch: Watch?

    /// Takes the place of an earlier one of that name. `accept` gets the descriptor of each that joins, and owns it.
    package init(
        _ loop: EventLoop, folder: String, name: String, _ accept: @escaping (Int32) -> Void
    ) throws(EventLoopError) {
        let address = try LocalAddress(folder: folder, name: name)
        defer { address.close() }
        let descriptor = tk_link_socket()
        guard descriptor >= 0 else { throw .unavailable("socket", -descriptor) }
        self.descriptor = descriptor
        address.remove()
        guard address.with({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, 8) == 0 else {
            let code = errno
            close(descriptor)
            throw .unavailable("bind \(folder)/\(name)", code)
        }
        watch = try loop.watch(descriptor, .read) {
            let client = Glibc.accept(descriptor, nil, nil)
            guard client >= 0 else { return }
            _ = fcntl(client, F_SETFD, FD_CLOEXEC)
            let user = Link.peer(of: client).user
            guard user == 0 || user == geteuid() else {
                close(client)
                return
            }
            accept(client)
        }
    }

    deinit {
        watch?.cancel()
        close(descriptor)
    }
}
