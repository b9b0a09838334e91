import CMicroHTTPD
import Glibc
import Synchronization

/// A response made into libmicrohttpd's.
struct Outgoing {
    private let response: Response
    private let exchange: Exchange
    private let core: Core
    private let closes: Bool

    init(_ response: Response, _ exchange: Exchange, _ core: Core, closes: Bool) {
        self.response = response
        self.exchange = exchange
        self.core = core
        self.closes = closes
    }

    /// On the connection's thread.
    func queue(_ connection: Connection) -> MHD_Result {
        let stream = response.stream.map { _ in BodyStream(isEndless: isEventStream) }
        guard let made = made(stream) else { return .NO }
        defer { MHD_destroy_response(made) }
        for header in response.headers { MHD_add_response_header(made, header.name, header.value) }
        if !exchange.request.id.isEmpty { MHD_add_response_header(made, "X-Request-Id", exchange.request.id) }
        if closes { MHD_add_response_header(made, "Connection", "close") }
        if let stream { stream.attach(connection) }
        let result = MHD_queue_response(connection.pointer, UInt32(clamping: response.status), made)
        guard result == .YES else { return result }
        core.counters.answered(response.status)
        if let stream, let start = response.stream, exchange.request.method != "HEAD" {
            core.streams.add(1, ordering: .relaxed)
            exchange.begins(stream) { [core, ended = response.streamEnded] in
                core.streams.subtract(1, ordering: .relaxed)
                ended?()
            }
            // Begun after the others were ended.
            if core.isStopping, stream.isEndless { stream.finish(completely: true) }
            start(StreamWriter(stream))
        }
        return result
    }

    private var isEventStream: Bool {
        response.headers.contains { $0.name.lowercased() == "content-type" && $0.value.hasPrefix("text/event-stream") }
    }

    private func made(_ stream: BodyStream?) -> OpaquePointer? {
        if let stream { return Outgoing.made(stream) }
        if let file = response.file { return Outgoing.made(file) }
        var body = response.body
        return body.withUnsafeMutableBytes {
            MHD_create_response_from_buffer($0.count, $0.baseAddress, .RESPMEM_MUST_COPY)
        }
    }

    private static func made(_ stream: BodyStream) -> OpaquePointer? {
        let context = Unmanaged.passRetained(stream)
        // The block is for clients of HTTP/1.0 only, which know no chunks.
        let made = MHD_create_response_from_callback(
            tk_size_unknown, 2048,
            { context, _, buffer, room in
                guard let context, let buffer else { return tk_end_with_error }
                let stream = Unmanaged<BodyStream>.fromOpaque(context).takeUnretainedValue()
                return stream.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: room))
            }, context.toOpaque(),
            { context in
                if let context { Unmanaged<BodyStream>.fromOpaque(context).release() }
            })
        if made == nil { context.release() }
        return made
    }

    private static func made(_ file: FileBody) -> OpaquePointer? {
        let descriptor = open(file.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else { return nil }
        // It closes the file in the end.
        let made = MHD_create_response_from_fd_at_offset64(UInt64(file.size), descriptor, 0)
        if made == nil { close(descriptor) }
        return made
    }
}
