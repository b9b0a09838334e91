import EventLoop
import Glibc
import PluginAPI

/// What `serve` gave a process of its own: sockets, and the two pipes of Child.
struct ProcessOrders {
    /// Ends when the supervisor does.
    static let life: Int32 = 3
    /// Takes the line that says the process is ready.
    static let report: Int32 = 4
    static let firstSocket: Int32 = 5

    struct Socket {
        let purpose: ListeningSocket.Purpose
        let address: IPAddress
        let port: UInt16
        let descriptor: Int32
    }

    let sockets: [Socket]

    func sockets(for purpose: ListeningSocket.Purpose) -> [Socket] { sockets.filter { $0.purpose == purpose } }

    /// The arguments that tell a process of its sockets; `init(_:)` reads them.
    static func arguments(_ sockets: [ListeningSocket]) -> [String] {
        sockets.flatMap { ["--socket", "\($0.purpose.rawValue),\($0.address),\($0.port)"] }
    }

    /// Throws `.misused` when the arguments or descriptors are not those that `serve` gives.
    init(_ parsed: Parsed) throws {
        guard fcntl(ProcessOrders.life, F_GETFD) >= 0, fcntl(ProcessOrders.report, F_GETFD) >= 0 else {
            throw CommandError.misused("this is started by `tollkeeper serve` only")
        }
        var sockets: [Socket] = []
        for (index, text) in parsed.values("socket").enumerated() {
            let parts = text.split(separator: ",").map(String.init)
            guard parts.count == 3, let purpose = ListeningSocket.Purpose(rawValue: parts[0]),
                let address = IPAddress(parts[1]), let port = UInt16(parts[2])
            else { throw CommandError.misused("--socket `\(text)` is not PURPOSE,ADDRESS,PORT") }
            let descriptor = ProcessOrders.firstSocket + Int32(index)
            sockets.append(Socket(purpose: purpose, address: address, port: port, descriptor: descriptor))
        }
        self.sockets = sockets
        for descriptor in [ProcessOrders.life, ProcessOrders.report] + sockets.map(\.descriptor) {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    /// Tells the supervisor that this process does its work from now on. `state` is for the log.
    func reportReady(_ state: String) {
        var line = state + "\n"
        _ = line.withUTF8 { write(ProcessOrders.report, $0.baseAddress, $0.count) }
        close(ProcessOrders.report)
    }

    /// Calls `body` on the loop when this process is to stop: told by SIGTERM, or left alone by its supervisor. Kept
    /// for as long as the result is.
    func onStop(_ loop: EventLoop, _ body: @escaping () -> Void) throws -> [Watch] {
        [try loop.signal(SIGTERM, body), try loop.watch(ProcessOrders.life, .read, body)]
    }
}
