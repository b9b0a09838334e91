import EventLoop
import Glibc
import Log

/// A data plane that outlived its supervisor: it answers routers, and waits for the next `serve` on its data folder.
struct FoundRadius {
    let process: pid_t
    /// Its link, for the Child that takes it on.
    let descriptor: Int32
    /// What it said of itself.
    let about: String
    /// The sockets that it reads, shared with it.
    let sockets: [ListeningSocket]

    /// Looks for one in the runtime folder. One that does not answer within `patience` is ended: it could answer no
    /// router either, and it holds the ports.
    static func look(runtime: String, _ log: Log, patience: Duration = .seconds(5)) throws -> FoundRadius? {
        guard let descriptor = try Link.connect(folder: runtime, name: AdoptionPost.socketName) else { return nil }
        let process = Link.peer(of: descriptor).process
        if Link.send(descriptor, "sockets"), let message = Link.wait(descriptor, patience) {
            if message.verb == "sockets" {
                let sockets = try read(message)
                return FoundRadius(process: process, descriptor: descriptor, about: message.rest, sockets: sockets)
            }
            // It was about to end.
            close(descriptor)
            return nil
        }
        close(descriptor)
        log.error("a radius process without supervisor does not answer and is killed", [.pid: process])
        if process > 1 { kill(process, SIGKILL) }
        return nil
    }

    /// The labels stand in the text in the order of the open files.
    private static func read(_ message: Link.Message) throws -> [ListeningSocket] {
        let labels = message.rest.split(separator: " ").filter { $0.hasPrefix("socket=") }.map { $0.dropFirst(7) }
        var sockets: [ListeningSocket] = []
        for (label, file) in zip(labels, message.files) {
            guard let (purpose, address, port) = ListeningSocket.read(label: String(label)) else {
                close(file)
                continue
            }
            sockets.append(try ListeningSocket.taken(purpose, address, port, file))
        }
        return sockets
    }
}
