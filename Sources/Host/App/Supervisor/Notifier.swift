import Glibc

/// Tells the service manager how the server is: one datagram a message to the socket named by NOTIFY_SOCKET
/// (sd_notify(3), protocol only). Without such a variable nothing is told.
struct Notifier {
    private let path: String?
    /// How often the service manager wants a sign of life; nil when it wants none (WATCHDOG_USEC).
    let watchdog: Duration?

    init(_ variables: [String: String]) {
        path = variables["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        let isOurs = variables["WATCHDOG_PID"].map { $0 == String(getpid()) } ?? true
        let microseconds = variables["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdog = isOurs && microseconds > 0 ? .microseconds(microseconds) : nil
    }

    func ready() { tell("READY=1\nSTATUS=answering") }
    func stopping() { tell("STOPPING=1\nSTATUS=stopping") }
    func alive() { tell("WATCHDOG=1") }

    /// `Type=notify-reload` wants the time of the monotonic clock, so that it can tell an older READY from a newer.
    func reloading(monotonicMicroseconds: Int64) {
        tell("RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds)\nSTATUS=reloading")
    }

    /// The variables that are for this process alone.
    static func without(_ variables: [String: String]) -> [String: String] {
        let ours = [
            "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "MAINPID",
        ]
        return variables.filter { !ours.contains($0.key) }
    }

    private func tell(_ text: String) {
        guard let path else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var name = Array(path.utf8.prefix(107))
        // An abstract name begins with a zero byte, which is written as @.
        if name[0] == UInt8(ascii: "@") { name[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let bytes = Array(text.utf8)
        _ = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, length)
            }
        }
    }
}
