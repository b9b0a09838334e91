import Glibc
import HTTP

/// A server on a port of the system's choice, and a client that sends bytes as they are.
final class RawServer {
    let server: HTTPServer
    let port: UInt16
    private let socket: Int32

    init(_ routes: [Route], bodyLimit: Int = 1 << 20) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(socket, $0, length)
                _ = listen(socket, 16)
                _ = getsockname(socket, $0, &length)
            }
            return UInt16(bigEndian: pointer.pointee.sin_port)
        }
        server = try HTTPServer(sockets: [socket], router: Router(routes), bodyLimit: bodyLimit)
    }

    deinit {
        server.stop()
        close(socket)
    }

    /// Sends the bytes and gives the first answer, whole, or what came before the connection was closed.
    func send(_ bytes: [UInt8]) -> String {
        let client = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        _ = Glibc.send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !RawServer.isWhole(answer, isHead: bytes.starts(with: "HEAD".utf8)) {
            let count = read(client, &buffer, buffer.count)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        return String(decoding: answer, as: UTF8.self)
    }

    private static func isWhole(_ answer: [UInt8], isHead: Bool) -> Bool {
        let text = String(decoding: answer, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return false }
        let head = text[..<end.lowerBound].split(separator: "\r\n")
        let length = head.first { $0.hasPrefix("Content-Length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        return isHead || text[end.upperBound...].utf8.count >= length
    }

    /// The status of the first answer; nil when the connection was closed without one.
    func status(_ request: String) -> Int? {
        let words = send(Array(request.utf8)).split(separator: " ", maxSplits: 2)
        return words.count > 1 ? Int(words[1]) : nil
    }
}
