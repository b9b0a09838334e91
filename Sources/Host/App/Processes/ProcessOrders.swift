import EventLoop
import Glibc
import PluginAPI

/// What `serve` gave a process of its own: sockets, and the link of Child.
struct ProcessOrders {
    /// Joins the process to its supervisor, and ends when that does.
    static let link: Int32 = 3
    static let firstSocket: Int32 = 4

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
        sockets.flatMap { ["--socket", $0.label] }
    }

    /// Throws `.misused` when the arguments or descriptors are not those that `serve` gives.
    init(_ parsed: Parsed) throws {
        guard fcntl(ProcessOrders.link, F_GETFD) >= 0 else {
            throw CommandError.misused("this is started by `tollkeeper serve` only")
        }
        var sockets: [Socket] = []
        for (index, text) in parsed.values("socket").enumerated() {
            guard let (purpose, address, port) = ListeningSocket.read(label: text) else {
                throw CommandError.misused("--socket `\(text)` is not PURPOSE,ADDRESS,PORT")
            }
            let descriptor = ProcessOrders.firstSocket + Int32(index)
            sockets.append(Socket(purpose: purpose, address: address, port: port, descriptor: descriptor))
        }
        self.sockets = sockets
        for descriptor in [ProcessOrders.link] + sockets.map(\.descriptor) {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    /// The link to the supervisor. Once a process; kept for as long as the process listens to it.
    func link(
        _ loop: EventLoop, onMessage: @escaping (Link.Message) -> Void, onEnd: @escaping () -> Void
    ) throws -> Link {
        try Link(loop, ProcessOrders.link, onMessage: onMessage, onEnd: onEnd)
    }

    /// Runs the work of a process; should it throw, the supervisor learns why before the process ends.
    static func telling(_ body: () throws -> Int32) throws -> Int32 {
        do {
            return try body()
        } catch {
            let reason = (error as? CommandError)?.message ?? "\(error)"
            _ = Link.send(ProcessOrders.link, "failed \(reason)")
            throw error
        }
    }
}

/// The link of a process that works as soon as it is ready, and stops when it is told to or left alone.
final class SimpleDuty {
    private var link: Link?
    private var stop: Watch?

    /// `body` is called on the loop when the process is to stop.
    init(_ orders: ProcessOrders, _ loop: EventLoop, _ body: @escaping () -> Void) throws {
        stop = try loop.signal(SIGTERM, body)
        link = try orders.link(loop) { [unowned self] message in
            for file in message.files { close(file) }
            if message.verb == "ping" { link?.send("pong") }
        } onEnd: {
            body()
        }
    }

    /// Tells the supervisor that this process does its work from now on. `state` is for the log.
    func reportReady(_ state: String) { link?.send("ready version=\(Version.text) \(state)") }
}
