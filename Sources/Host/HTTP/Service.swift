import CMicroHTTPD

/// Between libmicrohttpd and the router: gathers a request, checks it, and queues the answer.
final class Service {
    /// One call of libmicrohttpd's: the first has the headers, further ones a piece of the body, the last no piece.
    struct Call {
        let connection: OpaquePointer
        let method: String
        let version: UnsafePointer<CChar>
        let data: UnsafeBufferPointer<UInt8>
    }

    private let router: Router
    private let bodyLimit: Int
    let sweeper: Sweeper

    init(_ router: Router, bodyLimit: Int, requestTimeout: Duration) {
        self.router = router
        self.bodyLimit = bodyLimit
        sweeper = Sweeper(limit: requestTimeout)
    }

    func receive(_ call: Call, _ exchange: Exchange) -> MHD_Result {
        if !exchange.isBegun {
            exchange.isBegun = true
            guard let problem = problem(call, exchange) else { return .YES }
            return send(problem.response, call, closes: true)
        }
        if !call.data.isEmpty {
            guard exchange.append(call.data, limit: bodyLimit) else {
                // Only a chunked body comes this far, and no answer can be sent in its midst: the connection ends.
                return .NO
            }
            return .YES
        }
        return answer(call, exchange)
    }

    /// Why the request is refused by its first line and headers alone.
    private func problem(_ call: Call, _ exchange: Exchange) -> Problem? {
        guard exchange.target(version: call.version) != nil else {
            return Problem(400, "bad_request", "The request target is not a path.")
        }
        let headers = Service.headers(call.connection)
        if let problem = HeaderCheck.problem(headers, version: String(cString: call.version)) { return problem }
        let length = headers.first { $0.name == "content-length" }.map(\.value)
        // A length that no Int holds is too long as well.
        guard let length, Int(length).map({ $0 > bodyLimit }) ?? true else { return nil }
        return Problem(413, "too_large", "The body may have up to \(bodyLimit) bytes.")
    }

    private func answer(_ call: Call, _ exchange: Exchange) -> MHD_Result {
        sweeper.change { $0.received(Service.key(call.connection)) }
        guard let target = exchange.target(version: call.version) else { return .NO }
        let request = Request(
            method: call.method, path: target.path, query: target.query, headers: Service.headers(call.connection),
            body: exchange.body)
        return send(router.answer(request), call, closes: false)
    }

    private func send(_ answer: Response, _ call: Call, closes: Bool) -> MHD_Result {
        var body = answer.body
        let response = body.withUnsafeMutableBytes {
            MHD_create_response_from_buffer($0.count, $0.baseAddress, .RESPMEM_MUST_COPY)
        }
        guard let response else { return .NO }
        defer { MHD_destroy_response(response) }
        for header in answer.headers { MHD_add_response_header(response, header.name, header.value) }
        if closes { MHD_add_response_header(response, "Connection", "close") }
        return MHD_queue_response(call.connection, UInt32(answer.status), response)
    }

    func completed(_ connection: OpaquePointer) {
        sweeper.change { $0.answered(Service.key(connection), now: .now) }
    }

    func connection(_ connection: OpaquePointer, isOpen: Bool) {
        let key = Service.key(connection)
        guard isOpen else { return sweeper.change { $0.closed(key) } }
        let descriptor = tk_connection_socket(connection)
        guard descriptor >= 0 else { return }
        sweeper.change { $0.opened(key, descriptor, now: .now) }
    }

    private static func key(_ connection: OpaquePointer) -> Deadlines.Key { UInt(bitPattern: connection) }

    private static func headers(_ connection: OpaquePointer) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        withUnsafeMutablePointer(to: &headers) { list in
            _ = MHD_get_connection_values_n(connection, .HEADER_KIND, Service.collect, list)
        }
        return headers
    }

    private static let collect: MHD_KeyValueIteratorN = { context, _, name, nameLength, value, valueLength in
        guard let context, let name else { return .NO }
        let list = context.assumingMemoryBound(to: [(name: String, value: String)].self)
        let text = { (start: UnsafePointer<CChar>?, count: Int) in
            String(decoding: UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count), as: UTF8.self)
        }
        list.pointee.append((name: text(name, nameLength).lowercased(), value: text(value, valueLength)))
        return .YES
    }
}
