import CMicroHTTPD
import Glibc

/// An HTTP/1.1 server on listening sockets that are given to it: libmicrohttpd's parser, epoll and threads (one a
/// socket), with checks of ours before a route sees a request.
package final class HTTPServer {
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    private let service: Service
    private var daemons: [OpaquePointer] = []

    /// Begins to answer. The sockets stay the caller's and must be listening. A route may be called on several threads
    /// at a time. `requestTimeout` is absolute, from a connection's begin to a request's last byte. Throws `Failure`.
    package init(
        sockets: [Int32], router: Router, bodyLimit: Int = 1 << 20, requestTimeout: Duration = .seconds(60)
    ) throws(Failure) {
        service = Service(router, bodyLimit: bodyLimit, requestTimeout: requestTimeout)
        for socket in sockets {
            // libmicrohttpd closes what it listens on, and these are the caller's.
            let own = fcntl(socket, F_DUPFD_CLOEXEC, 0)
            guard own >= 0, let daemon = HTTPServer.start(own, service) else {
                if own >= 0 { close(own) }
                stop()
                throw Failure(
                    description: "libmicrohttpd can't listen on a socket: \(String(cString: strerror(errno)))")
            }
            daemons.append(daemon)
        }
    }

    deinit { stop() }

    /// Answers what has been asked and closes every connection. New ones wait in the sockets for whoever listens next.
    package func stop() {
        // Without this, stopping shuts the socket down, for every process that has it.
        let sockets = daemons.map { MHD_quiesce_daemon($0) }
        for daemon in daemons { MHD_stop_daemon(daemon) }
        for socket in sockets where socket >= 0 { close(socket) }
        daemons = []
        service.sweeper.stop()
    }

    private static func start(_ socket: Int32, _ service: Service) -> OpaquePointer? {
        let context = Unmanaged.passUnretained(service).toOpaque()
        var options = [
            number(.LISTEN_SOCKET, Int(socket)),
            number(.STRICT_FOR_CLIENT, 1),
            number(.CONNECTION_MEMORY_LIMIT, 32 << 10),
            number(.CONNECTION_LIMIT, 4096),
            number(.CONNECTION_TIMEOUT, 30),
            callback(.UNESCAPE_CALLBACK, unsafeBitCast(Callbacks.unescape, to: Int.self), nil),
            callback(.URI_LOG_CALLBACK, unsafeBitCast(Callbacks.begin, to: Int.self), context),
            callback(.NOTIFY_COMPLETED, unsafeBitCast(Callbacks.completed, to: Int.self), context),
            callback(.NOTIFY_CONNECTION, unsafeBitCast(Callbacks.connection, to: Int.self), context),
            number(.END, 0),
        ]
        let flags = MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_USE_ITC.rawValue
        return options.withUnsafeMutableBufferPointer { options in
            let arguments: [any CVarArg] = [
                Int32(MHD_OPTION.ARRAY.rawValue), options.baseAddress!, Int32(MHD_OPTION.END.rawValue),
            ]
            return withVaList(arguments) {
                MHD_start_daemon_va(UInt32(flags), 0, nil, nil, Callbacks.access, context, $0)
            }
        }
    }

    private static func number(_ option: MHD_OPTION, _ value: Int) -> MHD_OptionItem {
        MHD_OptionItem(option: option, value: value, ptr_value: nil)
    }

    private static func callback(
        _ option: MHD_OPTION, _ function: Int, _ context: UnsafeMutableRawPointer?
    ) -> MHD_OptionItem {
        MHD_OptionItem(option: option, value: function, ptr_value: context)
    }
}
