import Glibc
import PluginAPI

/// A socket opened once by `serve` and handed to every generation of a process, so that nothing sent to it is lost
/// while a process is replaced.
struct ListeningSocket {
    enum Purpose: String, CaseIterable {
        case auth, acct, http, https

        /// Whether it is TCP, and of `control`.
        var isWeb: Bool { self == .http || self == .https }
    }

    let purpose: Purpose
    let address: IPAddress
    let port: UInt16
    /// Above 100, so that it is in nobody's way when descriptors are put at fixed numbers for a child.
    let descriptor: Int32

    /// As processes tell each other: `auth,192.0.2.1,1812`.
    var label: String { "\(purpose.rawValue),\(address),\(port)" }

    /// Reads a label; nil when it is none.
    static func read(label: String) -> (Purpose, IPAddress, UInt16)? {
        let parts = label.split(separator: ",").map(String.init)
        guard parts.count == 3, let purpose = Purpose(rawValue: parts[0]), let address = IPAddress(parts[1]),
            let port = UInt16(parts[2])
        else { return nil }
        return (purpose, address, port)
    }

    /// One that another program opened; the descriptor is taken over.
    static func taken(_ purpose: Purpose, _ address: IPAddress, _ port: UInt16, _ low: Int32) throws -> ListeningSocket
    {
        defer { close(low) }
        let descriptor = fcntl(low, F_DUPFD_CLOEXEC, 100)
        guard descriptor >= 0 else { throw failure(purpose, address, port, errno) }
        let flags = fcntl(descriptor, F_GETFL)
        _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK)
        setOptions(descriptor, purpose, isIPv4: address.isIPv4)
        return ListeningSocket(purpose: purpose, address: address, port: port, descriptor: descriptor)
    }

    /// Opens and binds. Nil when the machine has no such address family and `isOptional`; throws `.refused` naming
    /// address and port otherwise.
    static func open(
        _ purpose: Purpose, _ address: IPAddress, _ port: UInt16, isOptional: Bool
    ) throws -> ListeningSocket? {
        let kind = purpose.isWeb ? SOCK_STREAM : SOCK_DGRAM
        let flags = Int32(kind.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let low = socket(address.isIPv4 ? AF_INET : AF_INET6, flags, 0)
        guard low >= 0 else {
            if errno == EAFNOSUPPORT, isOptional { return nil }
            throw failure(purpose, address, port, errno)
        }
        defer { close(low) }
        setOptions(low, purpose, isIPv4: address.isIPv4)
        let bound = SocketAddress(address, port).withPointer { bind(low, $0, $1) }
        guard bound == 0, !purpose.isWeb || listen(low, 1024) == 0 else {
            if errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT, isOptional { return nil }
            throw failure(purpose, address, port, errno)
        }
        let descriptor = fcntl(low, F_DUPFD_CLOEXEC, 100)
        guard descriptor >= 0 else { throw failure(purpose, address, port, errno) }
        return ListeningSocket(purpose: purpose, address: address, port: port, descriptor: descriptor)
    }

    private static func setOptions(_ descriptor: Int32, _ purpose: Purpose, isIPv4: Bool) {
        // Each family has its socket of its own; without this `::` would take IPv4's port too.
        if !isIPv4 { set(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        guard !purpose.isWeb else {
            set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            return
        }
        // A reply leaves from the address that was asked; so it must be known which that was.
        if isIPv4 {
            set(descriptor, Int32(IPPROTO_IP), IP_PKTINFO, 1)
        } else {
            set(descriptor, Int32(IPPROTO_IPV6), IPV6_RECVPKTINFO, 1)
        }
        // Room for the burst after a power cut, when every subscriber logs in at once: beyond the system's limit as
        // root, up to it otherwise.
        let bytes: Int32 = 8 << 20
        // The kernel counts twice what was asked. Never less than somebody with more rights has given.
        guard get(descriptor, SOL_SOCKET, SO_RCVBUF) < 2 * bytes else { return }
        set(descriptor, SOL_SOCKET, SO_RCVBUF, bytes)
        set(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, bytes)
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func get(_ descriptor: Int32, _ level: Int32, _ name: Int32) -> Int32 {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(descriptor, level, name, &value, &length) == 0 ? value : 0
    }

    /// The code of the refusal when another program has the port.
    static let inUse = "port_in_use"

    private static func failure(_ purpose: Purpose, _ address: IPAddress, _ port: UInt16, _ code: Int32) -> CommandError
    {
        let what = "\(purpose.isWeb ? "TCP" : "UDP") port \(port) on \(address)"
        let flag = "--\(purpose.rawValue)-port"
        switch code {
        case EADDRINUSE:
            return .refused(
                "\(what) is in use by another program", hint: "stop it, or choose another with \(flag)", code: inUse)
        case EACCES:
            return .refused("\(what) may not be opened by this user", hint: "choose one above 1023 with \(flag)")
        case EADDRNOTAVAIL:
            return .refused("\(what): this machine has no such address", hint: "see --listen")
        default: return .refused("\(what) can't be opened: \(FileText.reason(code))")
        }
    }
}
