import Glibc
import RADIUS

/// Sockets that the service manager opened for us (sd_listen_fds(3), protocol only): LISTEN_FDS of them from descriptor
/// 3 on, told apart by LISTEN_FDNAMES: `auth`, `acct`, `http`, `https`.
enum GivenSockets {
    private static let first: Int32 = 3

    /// None when the variables are not there or meant for another process. Throws `.refused` for one that can't be used.
    static func take(_ variables: [String: String]) throws -> [ListeningSocket] {
        guard variables["LISTEN_PID"] == String(getpid()), let count = variables["LISTEN_FDS"].flatMap({ Int32($0) }),
            count > 0
        else { return [] }
        let names = (variables["LISTEN_FDNAMES"] ?? "").split(separator: ":", omittingEmptySubsequences: false)
        return try (0..<count).map { index in
            let name = Int(index) < names.count ? String(names[Int(index)]) : ""
            guard let purpose = ListeningSocket.Purpose(rawValue: name) else {
                throw CommandError.refused(
                    "the service manager gave a socket named `\(name)`",
                    hint: "FileDescriptorName= of a socket unit is auth, acct, http or https")
            }
            return try take(first + index, purpose)
        }
    }

    private static func take(_ descriptor: Int32, _ purpose: ListeningSocket.Purpose) throws -> ListeningSocket {
        var kind: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        let wanted = purpose.isWeb ? SOCK_STREAM : SOCK_DGRAM
        guard getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &kind, &length) == 0, kind == Int32(wanted.rawValue),
            let address = UDPEndpoint.address(of: descriptor)
        else {
            throw CommandError.refused(
                "the service manager's socket for \(purpose.rawValue) is not a "
                    + (purpose.isWeb ? "TCP socket (ListenStream=)" : "UDP socket (ListenDatagram=)"))
        }
        return try .taken(purpose, address.address, address.port, descriptor)
    }
}
