import CMicroHTTPD
import Glibc
import PluginAPI

/// Between libmicrohttpd and the router: gathers a request, checks it, and queues the answer. One for each listener.
final class Service {
    /// One call of libmicrohttpd's: the first has the headers, further ones a piece of the body, the last no piece. After
    /// a suspension the call comes again.
    struct Call {
        let connection: Connection
        let method: String
        let version: UnsafePointer<CChar>
        let data: UnsafeBufferPointer<UInt8>
    }

    let core: Core
    private let isTLS: Bool
    /// A body that is too long is read on for so many bytes, so that a client which sends first and reads then learns
    /// why; after that the connection ends.
    private static let overflow = 1 << 20

    init(_ core: Core, isTLS: Bool) {
        self.core = core
        self.isTLS = isTLS
    }

    func receive(_ call: Call, _ exchange: Exchange) -> MHD_Result {
        switch exchange.phase {
        case .headers: begin(call, exchange)
        case .admission: goOn(call, exchange)
        case .body: call.data.isEmpty ? ask(call, exchange) : gather(call, exchange)
        case .overflow(let read, let problem): overflow(call, exchange, read, problem)
        case .route: answer(call, exchange)
        case .refused(let response): send(response, call, exchange)
        }
    }

    /// After the headers.
    private func begin(_ call: Call, _ exchange: Exchange) -> MHD_Result {
        core.began(exchange)
        exchange.request.id = Request.newID()
        let headers = call.connection.headers
        if let problem = problem(call, exchange, headers) {
            return send(problem.response(to: exchange.request), call, exchange, closes: true)
        }
        switch core.router.find(exchange.request) {
        case .answer(let response): return refuse(response, call, exchange)
        case .route(let route, let parameters):
            exchange.route = route
            exchange.request.parameters = parameters
        }
        guard let route = exchange.route else { return .NO }
        if let length = exchange.request.header("content-length"), Int(length).map({ $0 > route.bodyLimit }) ?? true {
            // A length that no Int holds is too long as well.
            return refuse(Service.tooLarge(route).response(to: exchange.request), call, exchange)
        }
        guard let admit = route.admit else { return awaitBody(call, exchange, route) }
        exchange.phase = .admission
        core.connections.change { $0.busy(call.connection.key) }
        admit(
            exchange.request,
            Admission { verdict in
                switch verdict {
                case .pass(let context): exchange.decide(.admit(context: context))
                case .refuse(let response): exchange.decide(.answer(response))
                }
            })
        return goOn(call, exchange)
    }

    /// Why the request is refused by its first line and headers alone; when it isn't, it is in the exchange.
    private func problem(
        _ call: Call, _ exchange: Exchange, _ headers: [(name: String, value: String)]
    ) -> Problem? {
        guard exchange.targetLength <= core.settings.targetLimit else {
            return Problem(414, "target_too_long", "The target may have up to \(core.settings.targetLimit) bytes.")
        }
        guard let target = exchange.target(version: call.version) else {
            return Problem(400, "bad_request", "The request target is not a path.")
        }
        let version = String(cString: call.version)
        if let problem = HeaderCheck.problem(headers, version: version, limit: core.settings.headerLimit) {
            return problem
        }
        let peer = call.connection.client ?? IPAddress(ipv4: 0)
        let origin = core.settings.proxies.origin(peer: peer, isSecure: isTLS, headers)
        exchange.request.method = call.method
        exchange.request.path = target.path
        exchange.request.query = target.query
        exchange.request.headers = headers
        exchange.request.client = origin.client.description
        exchange.request.isSecure = origin.isSecure
        return nil
    }

    /// When a verdict is there, or comes.
    private func goOn(_ call: Call, _ exchange: Exchange) -> MHD_Result {
        switch exchange.take(call.connection) {
        case nil: return .YES
        case .admit(let context):
            exchange.request.context = context
            guard let route = exchange.route else { return .NO }
            core.connections.change { $0.waits(call.connection.key, now: core.settings.clock()) }
            return awaitBody(call, exchange, route)
        case .answer(let response): return refuse(response, call, exchange)
        }
    }

    /// The body may come, in the time that there is for it.
    private func awaitBody(_ call: Call, _ exchange: Exchange, _ route: Route) -> MHD_Result {
        let length = exchange.request.header("content-length").flatMap { Int($0) }
        let isChunked = exchange.request.header("transfer-encoding") != nil
        exchange.phase = .body
        guard isChunked || length ?? 0 > 0 else { return .YES }
        var allowed = length ?? route.bodyLimit
        if allowed > HTTPSettings.longBody {
            guard core.takesLongBody(exchange) else {
                return refuse(Service.tooMany.response(to: exchange.request), call, exchange)
            }
            allowed = route.bodyLimit
        }
        core.connections.change {
            $0.awaitsBody(call.connection.key, allowed: allowed, now: core.settings.clock())
        }
        return .YES
    }

    private func gather(_ call: Call, _ exchange: Exchange) -> MHD_Result {
        guard let route = exchange.route else { return .NO }
        let count = call.data.count
        if exchange.body.count + count > route.bodyLimit {
            exchange.body = []
            exchange.phase = .overflow(read: count, Service.tooLarge(route))
        } else if core.takesBody(count) {
            exchange.bodyCount += count
            exchange.body += call.data
            core.connections.change { $0.received(count, call.connection.key) }
        } else {
            exchange.body = []
            exchange.phase = .overflow(
                read: count, Problem(503, "busy", "The server has no room for this body now; try again in a moment."))
        }
        return .YES
    }

    private func overflow(_ call: Call, _ exchange: Exchange, _ read: Int, _ problem: Problem) -> MHD_Result {
        if call.data.isEmpty { return send(problem.response(to: exchange.request), call, exchange, closes: true) }
        guard read <= Service.overflow else { return .NO }
        exchange.phase = .overflow(read: read + call.data.count, problem)
        return .YES
    }

    /// The request is whole.
    private func ask(_ call: Call, _ exchange: Exchange) -> MHD_Result {
        guard let route = exchange.route else { return .NO }
        core.connections.change { $0.busy(call.connection.key) }
        core.endsLongBody(exchange)
        exchange.phase = .route
        exchange.request.body = exchange.body
        let request = exchange.request
        let reply = Reply { exchange.decide(.answer($0)) }
        do {
            try route.handle(request, reply)
        } catch {
            reply.send(core.router.answer(error, request))
        }
        return answer(call, exchange)
    }

    private func answer(_ call: Call, _ exchange: Exchange) -> MHD_Result {
        guard case .answer(let response) = exchange.take(call.connection) else { return .YES }
        return send(response, call, exchange)
    }

    /// Without the body, where there is one: the answer goes out at once and the connection ends. Without one the
    /// connection is kept, for which libmicrohttpd wants to be answered at its next call.
    private func refuse(_ response: Response, _ call: Call, _ exchange: Exchange) -> MHD_Result {
        let length = exchange.request.header("content-length")
        if length == nil || length == "0", exchange.request.header("transfer-encoding") == nil {
            exchange.phase = .refused(response)
            return .YES
        }
        return send(response, call, exchange, closes: true)
    }

    private func send(_ response: Response, _ call: Call, _ exchange: Exchange, closes: Bool = false) -> MHD_Result {
        core.connections.change { $0.busy(call.connection.key) }
        return Outgoing(response, exchange, core, closes: closes || core.endsConnections).queue(call.connection)
    }

    private static let tooMany = Problem(
        503, "busy", "Too many long uploads are coming in; try again in a moment.",
        headers: [(name: "Retry-After", value: "30")])

    private static func tooLarge(_ route: Route) -> Problem {
        Problem(413, "too_large", "The body may have up to \(route.bodyLimit) bytes.")
    }

    /// What was sent and is not acknowledged for a minute tells that nobody is there, also on a stream without an end.
    private static func endsWhenUnheard(_ descriptor: Int32) {
        var milliseconds: UInt32 = 60_000
        setsockopt(
            descriptor, Int32(IPPROTO_TCP), tk_tcp_user_timeout, &milliseconds, socklen_t(MemoryLayout<UInt32>.size))
    }

    func completed(_ connection: Connection, _ exchange: Exchange) {
        core.ended(exchange)
        core.connections.change { $0.waits(connection.key, now: core.settings.clock()) }
    }

    func connection(_ connection: Connection, isOpen: Bool) {
        guard isOpen else { return core.connections.change { $0.closed(connection.key) } }
        let descriptor = connection.descriptor
        guard descriptor >= 0 else { return }
        core.counters.opened()
        Service.endsWhenUnheard(descriptor)
        core.connections.change { $0.opened(connection.key, descriptor, connection.client, now: core.settings.clock()) }
    }
}
