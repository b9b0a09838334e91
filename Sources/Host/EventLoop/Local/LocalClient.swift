import Glibc

/// Asks a LocalServer; blocks the calling thread.
package enum LocalClient {
    package enum Failure: Error, CustomStringConvertible {
        /// Nobody answers at that address.
        case unreachable(String)
        /// No line came in time.
        case timedOut

        package var description: String {
            switch self {
            case .unreachable(let reason): "the server is not reached: \(reason)"
            case .timedOut: "the server did not answer in time"
            }
        }
    }

    /// Sends the line and gives all lines of the answer. `timeout` is for each wait.
    package static func ask(
        _ line: String, folder: String, name: String, timeout: Duration = .seconds(5)
    ) throws(Failure) -> [String] {
        var lines: [String] = []
        try listen(line, folder: folder, name: name, timeout: timeout) { line in
            lines.append(line)
            return true
        }
        return lines
    }

    /// Sends the line and calls `body` with each line of the answer, until it ends or `body` gives false. Without a
    /// timeout it waits for as long as the server is there.
    package static func listen(
        _ line: String, folder: String, name: String, timeout: Duration? = nil, _ body: (String) -> Bool
    ) throws(Failure) {
        let descriptor = try connect(folder: folder, name: name)
        defer { close(descriptor) }
        var request = line + "\n"
        let sent = request.withUTF8 { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent == request.utf8.count else { throw .unreachable(String(cString: strerror(errno))) }
        var waiting: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            try wait(descriptor, timeout)
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return }
            waiting += buffer[..<count]
            while let end = waiting.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: waiting[..<end], as: UTF8.self)
                waiting.removeSubrange(...end)
                guard body(line) else { return }
            }
        }
    }

    private static func connect(folder: String, name: String) throws(Failure) -> Int32 {
        do {
            let address = try LocalAddress(folder: folder, name: name)
            defer { address.close() }
            let descriptor = try LocalAddress.socket()
            guard address.with({ Glibc.connect(descriptor, $0, $1) }) == 0 else {
                let code = errno
                close(descriptor)
                throw EventLoopError.unavailable("\(folder)/\(name)", code)
            }
            return descriptor
        } catch {
            throw .unreachable("\(error)")
        }
    }

    private static func wait(_ descriptor: Int32, _ timeout: Duration?) throws(Failure) {
        let milliseconds = timeout.map { Int32($0 / .milliseconds(1)) } ?? -1
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let count = poll(&entry, 1, milliseconds)
            if count > 0 { return }
            if count == 0 { throw .timedOut }
            guard errno == EINTR else { throw .unreachable(String(cString: strerror(errno))) }
        }
    }
}
