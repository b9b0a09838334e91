import Glibc
@testable import Log
import Support
import Testing

@Suite struct SyslogTests {
    private let time = LogTime(milliseconds: 1_763_703_320_007)

    private func line(_ text: String, host: String = "bng.example.net", id: String = "database-away") -> String {
        String(
            decoding: Syslog.line(.error, at: time, host: host, process: 71, id: id, text), as: UTF8.self)
    }

    @Test(arguments: ["", "udp:", "udp:host", "udp::514", "udp:host:0", "udp:host:70000", "unix:log", "tcp:host:514"])
    func `what names no target is refused`(_ text: String) { #expect(Syslog(text) == nil) }

    @Test func `a target is a host and port, or a socket of this machine`() {
        #expect(Syslog("udp:log.example.net:514")?.target == .udp(host: "log.example.net", port: "514"))
        #expect(Syslog("udp:[2001:db8::1]:514")?.target == .udp(host: "2001:db8::1", port: "514"))
        #expect(Syslog("unix:/dev/log")?.target == .unix(path: "/dev/log"))
    }

    @Test func `a line has priority, version, time, host, name, process, id and marked text (RFC 5424 section 6)`() {
        #expect(
            line("down: Ünal")
                == "<27>1 2025-11-21T05:35:20.007Z bng.example.net tollkeeper 71 database-away - \u{FEFF}down: Ünal")
    }

    @Test func `a line stays one line, its head printable, and within 2048 bytes (RFC 5426 section 3.2)`() {
        let odd = line("a\nb\u{7F}", host: "", id: "ü " + String(repeating: "x", count: 40))
        #expect(odd.hasSuffix("\u{FEFF}a b "))
        #expect(odd.contains("Z - tollkeeper 71 \(String(repeating: "x", count: 32)) - "))
        let long = Syslog.line(
            .notice, at: time, host: "h", process: 1, id: "i", String(repeating: "ü", count: 4000))
        #expect(long.count <= 2048 && long.count > 2040)
        #expect(String(validating: long, as: UTF8.self) != nil)
    }

    @Test func `a line arrives at a socket of this machine, and who is not there is an error`() throws {
        let folder = ScratchFolder()
        let path = folder.path + "/log"
        let target = try #require(Syslog("unix:" + path))
        #expect(throws: Syslog.Failure.self) { try target.send(.error, id: "test", "lost") }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafeBytes(of: &address) {
            bind(descriptor, $0.baseAddress!.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
        }
        #expect(bound == 0)
        try target.send(.error, id: "test", "kept")
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        #expect(String(decoding: buffer[..<max(0, count)], as: UTF8.self).hasSuffix("test - \u{FEFF}kept"))
    }
}
