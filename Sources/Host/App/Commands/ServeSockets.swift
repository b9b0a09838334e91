import Glibc
import PluginAPI

/// The sockets of a server: those that the service manager gave, those of a data plane that goes on answering, and the
/// rest opened.
enum ServeSockets {
    static func open(
        _ configuration: Configuration, _ role: ServeRole, given: [ListeningSocket], found: [ListeningSocket],
        warn: (String) -> Void
    ) throws -> [ListeningSocket] {
        var sockets: [ListeningSocket] = []
        var ports: [(ListeningSocket.Purpose, UInt16)] = [
            (.auth, configuration.authPort), (.acct, configuration.acctPort), (.http, configuration.httpPort),
        ]
        if let port = configuration.httpsPort { ports.append((.https, port)) }
        for (purpose, port) in ports where role.opens(purpose) {
            // Who has the service manager open a port says there where.
            let own = given.filter { $0.purpose == purpose }
            if !own.isEmpty {
                sockets += own
                continue
            }
            for address in configuration.listen {
                if let known = found.first(where: { $0.isAt(purpose, address, port) }) {
                    sockets.append(known)
                    continue
                }
                let isOptional = !configuration.listenIsGiven && !address.isIPv4
                do {
                    if let socket = try openPatiently(purpose, address, port, isOptional) { sockets.append(socket) }
                } catch let error as CommandError {
                    // Nobody asked for it by name: what was up before shall come up still.
                    guard purpose == .https, configuration.httpsChoice == nil else { throw error }
                    warn("HTTPS is not answered: \(error.message)")
                }
            }
        }
        for socket in given + found where !sockets.contains(where: { $0.descriptor == socket.descriptor }) {
            close(socket.descriptor)
        }
        return sockets
    }

    /// The ports of a server that was killed are free when the last of its processes is gone, which takes a moment.
    private static func openPatiently(
        _ purpose: ListeningSocket.Purpose, _ address: IPAddress, _ port: UInt16, _ isOptional: Bool
    ) throws -> ListeningSocket? {
        var rounds = 20
        while true {
            do {
                return try ListeningSocket.open(purpose, address, port, isOptional: isOptional)
            } catch let error as CommandError where error.code == ListeningSocket.inUse && rounds > 0 {
                rounds -= 1
                usleep(100_000)
            }
        }
    }
}

extension ListeningSocket {
    func isAt(_ purpose: Purpose, _ address: IPAddress, _ port: UInt16) -> Bool {
        self.purpose == purpose && self.address == address && self.port == port
    }
}

extension Configuration {
    /// Ports that the service manager chose are those that are told to people.
    mutating func take(ports given: [ListeningSocket]) {
        for socket in given {
            switch socket.purpose {
            case .auth: authPort = socket.port
            case .acct: acctPort = socket.port
            case .http: httpPort = socket.port
            case .https: httpsChoice = .port(socket.port)
            }
        }
    }
}
