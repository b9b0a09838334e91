import Glibc
import HTTP

/// A server on a port of the system's choice.
final class RawServer {
    let server: HTTPServer
    let port: UInt16
    private let socket: Int32

    init(
        _ routes: [Route], settings: HTTPSettings = HTTPSettings(), certificate: CertificateFiles? = nil,
        onError: @escaping @Sendable (any Error, Request) -> Void = { _, _ in }
    ) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        port = RawServer.loopback(port: 0) {
            _ = bind(socket, $0, $1)
            _ = listen(socket, 1024)
            var address = sockaddr_in()
            withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &length) }
            }
            return UInt16(bigEndian: address.sin_port)
        }
        let router = Router(routes, onError: onError)
        server = try HTTPServer([.init(socket, certificate: certificate)], router: router, settings: settings)
    }

    deinit {
        server.stop()
        close(socket)
    }

    /// Sends the bytes and gives the first answer, whole, or what came before the connection was closed.
    func send(_ bytes: [UInt8]) -> String {
        let client = RawClient(port)
        client.send(bytes)
        return client.answer(isHead: bytes.starts(with: "HEAD".utf8))
    }

    /// The status of the first answer; nil when the connection was closed without one.
    func status(_ request: String) -> Int? { RawServer.status(send(Array(request.utf8))) }

    static func status(_ answer: String) -> Int? {
        let words = answer.split(separator: " ", maxSplits: 2)
        return words.count > 1 ? Int(words[1]) : nil
    }

    static func loopback<Result>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// A connection that sends bytes as they are. Reading gives up after 10 seconds. One thread at a time.
final class RawClient: @unchecked Sendable {
    private let socket: Int32
    /// What came after the answers that were taken.
    private(set) var pending: [UInt8] = []

    /// - receiveBuffer: bytes that the kernel keeps for a client that does not read.
    init(_ port: UInt16, receiveBuffer: Int32? = nil) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var receiveBuffer {
            setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
        }
        let socket = socket
        RawServer.loopback(port: port) { _ = connect(socket, $0, $1) }
        patience = 10
    }

    deinit { close(socket) }

    /// Seconds until reading gives up.
    var patience: Int {
        get { 10 }
        set {
            var limit = timeval(tv_sec: newValue, tv_usec: 0)
            setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Nothing more is sent; answers are still read.
    func endSending() { shutdown(socket, Int32(SHUT_WR)) }

    /// Reads some bytes; false when the server closed, or nothing came in time.
    @discardableResult
    func read() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = Glibc.read(socket, &buffer, buffer.count)
        guard count > 0 else { return false }
        pending += buffer[..<count]
        return true
    }

    /// The next answer by its Content-Length, or its last chunk; or what came before the connection was closed.
    func answer(isHead: Bool = false) -> String {
        while true {
            if let length = RawClient.length(pending, isHead: isHead) {
                defer { pending.removeFirst(length) }
                return String(decoding: pending[..<length], as: UTF8.self)
            }
            guard read() else {
                defer { pending = [] }
                return String(decoding: pending, as: UTF8.self)
            }
        }
    }

    /// Reads until the text has come; false when the connection was closed before.
    func reads(_ text: String) -> Bool {
        while !String(decoding: pending, as: UTF8.self).contains(text) {
            guard read() else { return false }
        }
        return true
    }

    /// Reads until the last chunk and gives how many bytes that were; nothing is kept.
    func countToLastChunk() -> Int {
        var count = 0
        while true {
            count += pending.count
            if pending.suffix(5).elementsEqual("0\r\n\r\n".utf8) { break }
            pending = []
            guard read() else { break }
        }
        pending = []
        return count
    }

    /// Whether the server closes the connection, perhaps after some bytes.
    var isClosed: Bool {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(socket, &buffer, buffer.count)
            if count == 0 { return true }
            if count < 0 { return errno == ECONNRESET }
        }
    }

    private static func length(_ bytes: [UInt8], isHead: Bool) -> Int? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
        let head = text[..<end.lowerBound].split(separator: "\r\n")
        let headLength = text[..<end.upperBound].utf8.count
        let status = RawServer.status(String(text.prefix(16))) ?? 0
        if isHead || status == 304 || status == 204 || status == 100 { return headLength }
        if head.contains("Transfer-Encoding: chunked") {
            return text[end.upperBound...].firstRange(of: "0\r\n\r\n").map { text[..<$0.upperBound].utf8.count }
        }
        let length = head.first { $0.hasPrefix("Content-Length: ") }.flatMap { Int($0.dropFirst(16)) } ?? 0
        return bytes.count >= headLength + length ? headLength + length : nil
    }
}
