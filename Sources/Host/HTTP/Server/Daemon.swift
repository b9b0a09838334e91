import CMicroHTTPD
import Glibc

/// One of libmicrohttpd's servers: a listening socket, a thread, and its connections.
final class Daemon {
    private let service: Service
    private let pointer: OpaquePointer
    private var isListening = true

    /// Takes a descriptor of its own for the socket. Nil when libmicrohttpd does not want to: for lack of memory or
    /// descriptors, or because of the certificate.
    init?(_ socket: Int32, _ core: Core, _ certificate: CertificateText?) {
        service = Service(core, isTLS: certificate != nil)
        // libmicrohttpd closes what it listens on, and this is the caller's.
        let own = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard own >= 0 else { return nil }
        guard let pointer = Daemon.start(own, service, certificate) else {
            close(own)
            return nil
        }
        self.pointer = pointer
    }

    /// From here on others take what comes to the socket.
    func stopListening() {
        guard isListening else { return }
        isListening = false
        // Without this, stopping shuts the socket down, for every process that has it.
        let socket = MHD_quiesce_daemon(pointer)
        if socket >= 0 { close(socket) }
    }

    var connections: Int { Int(tk_daemon_connections(pointer)) }

    /// Closes every connection. None may be suspended.
    func stop() {
        stopListening()
        MHD_stop_daemon(pointer)
    }

    private static func start(_ socket: Int32, _ service: Service, _ certificate: CertificateText?) -> OpaquePointer? {
        let context = Unmanaged.passUnretained(service).toOpaque()
        let settings = service.core.settings
        var options = [
            number(.LISTEN_SOCKET, Int(socket)),
            number(.STRICT_FOR_CLIENT, 1),
            // A request's target and headers up to their limits, and beyond so far that they can be refused in our own
            // words; an answer's headers, and the piece of a body that is under way. Taken whole for every connection
            // after its first request, so it decides what one costs that is kept alive (`keepAliveLimit`).
            number(.CONNECTION_MEMORY_LIMIT, 32 << 10),
            number(.CONNECTION_LIMIT, settings.connectionLimit + Connections.reserve),
            number(.CONNECTION_TIMEOUT, max(Int(settings.idleTimeout.components.seconds), 1)),
            callback(.UNESCAPE_CALLBACK, unsafeBitCast(Callbacks.unescape, to: Int.self), nil),
            callback(.URI_LOG_CALLBACK, unsafeBitCast(Callbacks.begin, to: Int.self), context),
            callback(.NOTIFY_COMPLETED, unsafeBitCast(Callbacks.completed, to: Int.self), context),
            callback(.NOTIFY_CONNECTION, unsafeBitCast(Callbacks.connection, to: Int.self), context),
        ]
        var flags = MHD_USE_EPOLL_INTERNAL_THREAD.rawValue | MHD_ALLOW_SUSPEND_RESUME.rawValue
        guard let certificate else { return start(flags, options, context) }
        flags |= MHD_USE_TLS.rawValue
        return certificate.key.withCString { key in
            certificate.certificate.withCString { chain in
                "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1".withCString { priorities in
                    options.append(text(.HTTPS_MEM_KEY, key))
                    options.append(text(.HTTPS_MEM_CERT, chain))
                    options.append(text(.HTTPS_PRIORITIES, priorities))
                    return start(flags, options, context)
                }
            }
        }
    }

    private static func start(
        _ flags: UInt32, _ options: [MHD_OptionItem], _ context: UnsafeMutableRawPointer
    ) -> OpaquePointer? {
        var options = options + [number(.END, 0)]
        return options.withUnsafeMutableBufferPointer { options in
            let arguments: [any CVarArg] = [
                Int32(MHD_OPTION.ARRAY.rawValue), options.baseAddress!, Int32(MHD_OPTION.END.rawValue),
            ]
            return withVaList(arguments) {
                MHD_start_daemon_va(flags, 0, Callbacks.accept, context, Callbacks.access, context, $0)
            }
        }
    }

    private static func number(_ option: MHD_OPTION, _ value: Int) -> MHD_OptionItem {
        MHD_OptionItem(option: option, value: value, ptr_value: nil)
    }

    private static func text(_ option: MHD_OPTION, _ value: UnsafePointer<CChar>) -> MHD_OptionItem {
        MHD_OptionItem(option: option, value: 0, ptr_value: UnsafeMutableRawPointer(mutating: value))
    }

    private static func callback(
        _ option: MHD_OPTION, _ function: Int, _ context: UnsafeMutableRawPointer?
    ) -> MHD_OptionItem {
        MHD_OptionItem(option: option, value: function, ptr_value: context)
    }
}
