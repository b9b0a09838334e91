import AAA
import EventLoop
import Glibc
import Log

/// What the data plane does for its supervisor, or for the one that adopts it: `begin`, `pause`, `resume`, `end`, and
/// signs of life. It goes on answering when the supervisor is gone. Lives on the loop of the process.
final class RadiusDuty {
    private let loop: EventLoop
    private let orders: ProcessOrders
    private let runtime: RadiusRuntime
    private let folder: String
    private let log: Log
    /// Makes the local socket for metrics, traces and the like, when this process is the one that answers.
    private let openLocal: () throws -> LocalServer
    private var local: LocalServer?
    private var post: AdoptionPost?
    private var supervisor: Link?
    private var adopter: Link?
    private var signals: [Watch] = []
    private(set) var result = ExitCode.done

    /// Says that it has loaded, and waits for orders.
    init(
        _ orders: ProcessOrders, _ loop: EventLoop, _ runtime: RadiusRuntime, folder: String, log: Log,
        openLocal: @escaping () throws -> LocalServer
    ) throws {
        self.loop = loop
        self.orders = orders
        self.runtime = runtime
        self.folder = folder
        self.log = log
        self.openLocal = openLocal
        signals = [try loop.signal(SIGTERM) { loop.stop() }]
        supervisor = try orders.link(loop) { [unowned self] in
            heard($0, supervisor)
        } onEnd: { [unowned self] in
            supervisor = nil
            if adopter == nil { leftAlone() }
        }
        supervisor?.send("ready \(about)")
    }

    private var about: String { "version=\(Version.text) since=\(runtime.loadedSince) \(runtime.summary)" }

    /// Whether this is the process that answers for the data folder.
    private var isAtWork: Bool { post != nil }

    private func heard(_ message: Link.Message, _ link: Link?) {
        switch message.verb {
        case "begin": begin(message.files.first.flatMap(MemoryFile.read), link)
        case "resume": if !isAtWork { begin(nil, link) }
        case "pause": pause(message.rest, link)
        case "sockets": offer(link)
        case "ping": if !isAtWork || runtime.isAnswering { link?.send("pong") }
        case "end": loop.stop()
        default: break
        }
        for file in message.files { close(file) }
    }

    private func begin(_ inherited: [UInt8]?, _ link: Link?) {
        let began = Moment.microseconds()
        do {
            post = try AdoptionPost(loop, runtime: folder) { [unowned self] in join($0) }
            try runtime.begin(inherited)
            local = try openLocal()
            let took = (Moment.microseconds() - began) / 1000
            link?.send("answering milliseconds=\(took)")
            log.info("answering", [.count: inherited?.count ?? 0, .duration: "\(took) ms"])
        } catch {
            let reason = (error as? CommandError)?.message ?? "\(error)"
            log.error("requests can't be answered", [.reason: reason])
            link?.send("failed \(reason)")
            post = nil
            result = ExitCode.refused
            loop.stop()
        }
    }

    private func pause(_ about: String, _ link: Link?) {
        let began = Moment.microseconds()
        let since = about.split(separator: " ").first { $0.hasPrefix("since=") }.flatMap { UInt64($0.dropFirst(6)) }
        let bytes = runtime.pause(changedSince: since ?? 0)
        // From here on the place, the journal and the sockets are the successor's.
        post = nil
        local = nil
        let file = try? MemoryFile.make(bytes)
        let took = (Moment.microseconds() - began) / 1000
        link?.send("paused milliseconds=\(took) bytes=\(bytes.count)", files: file.map { [$0] } ?? [])
        if let file { close(file) }
        log.info("paused for a successor", [.count: bytes.count, .duration: "\(took) ms"])
    }

    // MARK: without supervisor

    /// The supervisor is gone. What answers goes on; what has not begun is of no use to anybody.
    private func leftAlone() {
        if isAtWork {
            log.warning(
                "the supervisor is gone; requests are answered until the next `tollkeeper serve` on this data folder "
                    + "takes over, or SIGTERM", [.pid: getpid()])
        } else if runtime.hasBegun {
            resumeUnlessReplaced()
        } else {
            loop.stop()
        }
    }

    /// It had paused: whoever gets the place answers.
    private func resumeUnlessReplaced() {
        log.warning("left alone while a successor was to begin")
        begin(nil, nil)
    }

    /// A `serve` that was started after the supervisor's end; that end may not have been heard of here yet.
    private func join(_ descriptor: Int32) {
        guard adopter == nil else {
            close(descriptor)
            return
        }
        adopter = try? Link(loop, descriptor) { [unowned self] in
            heard($0, adopter)
        } onEnd: { [unowned self] in
            adopter = nil
            if supervisor == nil { leftAlone() }
        }
    }

    private func offer(_ link: Link?) {
        let sockets = orders.sockets
        let labels = sockets.map { "socket=\($0.purpose.rawValue),\($0.address),\($0.port)" }
        link?.send("sockets \(about) \(labels.joined(separator: " "))", files: sockets.map(\.descriptor))
    }
}
