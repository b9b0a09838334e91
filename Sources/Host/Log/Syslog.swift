import Glibc

/// Sends lines to a syslog server: RFC 5424, over UDP (RFC 5426) or a datagram socket of this machine.
package struct Syslog: Sendable, Equatable {
    package enum Severity: Int, Sendable {
        case error = 3
        case warning = 4
        case notice = 5
    }

    package struct Failure: Error, Sendable, CustomStringConvertible {
        package let description: String
    }

    enum Target: Sendable, Equatable {
        case udp(host: String, port: String)
        case unix(path: String)
    }

    let target: Target
    /// Daemons (RFC 5424 section 6.2.1).
    private static let facility = 3
    /// What every receiver should take (RFC 5426 section 3.2).
    static let longest = 2048

    /// `udp:host:port`, `udp:[2001:db8::1]:514` or `unix:/dev/log`; nil for anything else.
    package init?(_ text: String) {
        let rest = text.dropFirst(4)
        if text.hasPrefix("unix:/") {
            target = .unix(path: String(rest.dropFirst()))
        } else if text.hasPrefix("udp:"), let colon = rest.lastIndex(of: ":"),
            let port = UInt16(rest[rest.index(after: colon)...]), port > 0
        {
            var host = rest[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
            guard !host.isEmpty else { return nil }
            target = .udp(host: String(host), port: String(port))
        } else {
            return nil
        }
    }

    /// One message: `<28>1 2026-11-21T05:00:00.125Z host tollkeeper 71 msgid - text`, at most 2048 bytes.
    static func line(
        _ severity: Severity, at time: LogTime, host: String, process: Int32, id: String, _ text: String
    ) -> [UInt8] {
        let head =
            "<\(facility * 8 + severity.rawValue)>1 \(time) \(word(host, 255)) tollkeeper \(process) \(word(id, 32)) - "
        // The mark says that what follows is UTF-8 (RFC 5424 section 6.4).
        var line = Array(head.utf8) + [0xEF, 0xBB, 0xBF]
        for scalar in text.unicodeScalars {
            let unit = Array(String(scalar.value < 32 || scalar.value == 127 ? " " : scalar).utf8)
            if line.count + unit.count > longest { break }
            line += unit
        }
        return line
    }

    /// Printable ASCII without blanks, never empty.
    private static func word(_ text: String, _ limit: Int) -> String {
        let kept = text.unicodeScalars.filter { $0.value > 32 && $0.value < 127 }.prefix(limit)
        var word = String.UnicodeScalarView()
        word.append(contentsOf: kept)
        return word.isEmpty ? "-" : String(word)
    }

    /// Sends one message. UDP may lose it unseen; what the system refuses is thrown.
    package func send(_ severity: Severity, id: String, _ text: String) throws(Failure) {
        let line = Syslog.line(
            severity, at: LogTime.now(), host: Syslog.hostName(), process: getpid(), id: id, text)
        switch target {
        case .unix(let path): try sendUnix(line, path)
        case .udp(let host, let port): try sendUDP(line, host, port)
        }
    }

    private func sendUnix(_ line: [UInt8], _ path: String) throws(Failure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw Failure(description: "the path \(path) is too long for a socket")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let sent = withUnsafeBytes(of: &address) { address in
            Syslog.send(line, AF_UNIX, address.baseAddress!, socklen_t(address.count))
        }
        guard sent else { throw Failure(description: "\(path): \(String(cString: strerror(errno)))") }
    }

    private func sendUDP(_ line: [UInt8], _ host: String, _ port: String) throws(Failure) {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, port, &hints, &found)
        guard code == 0, let first = found else {
            throw Failure(description: "\(host): \(String(cString: gai_strerror(code)))")
        }
        defer { freeaddrinfo(found) }
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let entry = next?.pointee {
            if let address = entry.ai_addr, Syslog.send(line, entry.ai_family, address, entry.ai_addrlen) { return }
            next = entry.ai_next
        }
        throw Failure(description: "\(host) port \(port): \(String(cString: strerror(errno)))")
    }

    private static func send(
        _ line: [UInt8], _ family: Int32, _ address: UnsafeRawPointer, _ length: socklen_t
    ) -> Bool {
        let descriptor = socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        return sendto(
            descriptor, line, line.count, flags, address.assumingMemoryBound(to: sockaddr.self), length) == line.count
    }

    package static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "-" }
        return name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
}
