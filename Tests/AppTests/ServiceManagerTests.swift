import Glibc
import Support
import Testing

@testable import App

/// What passes between `serve` and a service manager (sd_notify(3), sd_listen_fds(3)).
@Suite struct ServiceManagerTests {
    private let folder = ScratchFolder()

    /// What a service manager at `path` hears while `body` runs.
    private func heard(_ path: String, _ body: () -> Void) -> [String] {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        #expect(bound == 0)
        body()
        var messages: [String] = []
        var buffer = [UInt8](repeating: 0, count: 1024)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
            messages.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
        return messages
    }

    @Test func `without the variables nothing is told and nothing is wanted`() {
        let notifier = Notifier([:])
        notifier.ready()
        #expect(notifier.watchdog == nil)
        #expect(Notifier(["NOTIFY_SOCKET": "relative"]).watchdog == nil)
    }

    @Test func `a watchdog that is meant for another process is not ours`() {
        #expect(Notifier(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"]).watchdog == nil)
        #expect(Notifier(["WATCHDOG_USEC": "nonsense"]).watchdog == nil)
        #expect(Notifier(["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "\(getpid())"]).watchdog == .seconds(30))
    }

    @Test func `each state is one datagram, RELOADING with the monotonic time`() {
        let path = folder.path + "/notify"
        let notifier = Notifier(["NOTIFY_SOCKET": path])
        let messages = heard(path) {
            notifier.ready()
            notifier.reloading(monotonicMicroseconds: 42)
            notifier.alive()
            notifier.stopping()
        }
        #expect(
            messages == [
                "READY=1\nSTATUS=answering", "RELOADING=1\nMONOTONIC_USEC=42\nSTATUS=reloading", "WATCHDOG=1",
                "STOPPING=1\nSTATUS=stopping",
            ])
    }

    @Test func `the processes of the server get none of these variables`() {
        let variables = [
            "NOTIFY_SOCKET": "/a", "LISTEN_FDS": "3", "LISTEN_PID": "7", "WATCHDOG_USEC": "1", "LANG": "C",
        ]
        #expect(Notifier.without(variables) == ["LANG": "C"])
    }

    @Test func `sockets for another process, or none, are not taken`() throws {
        #expect(try GivenSockets.take([:]).isEmpty)
        #expect(try GivenSockets.take(["LISTEN_PID": "1", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "auth:acct"]).isEmpty)
        #expect(try GivenSockets.take(["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "0"]).isEmpty)
    }

    @Test func `a socket of an unknown name is refused, and what to write is said`() {
        let variables = ["LISTEN_PID": "\(getpid())", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "radius"]
        let error = #expect(throws: CommandError.self) { try GivenSockets.take(variables) }
        #expect(error?.message == "the service manager gave a socket named `radius`")
        #expect(error?.hint == "FileDescriptorName= of a socket unit is auth, acct, http or https")
    }

    @Test(arguments: ["", "auth", "auth,192.0.2.1", "auth,192.0.2.1,70000", "dns,192.0.2.1,53", "auth,x,1"])
    func `a socket's label that is none is not read`(text: String) {
        #expect(ListeningSocket.read(label: text) == nil)
    }

    @Test func `a socket's label names purpose, address and port, also of IPv6`() throws {
        let (purpose, address, port) = try #require(ListeningSocket.read(label: "acct,2001:db8::1,1813"))
        #expect("\(purpose) \(address) \(port)" == "acct 2001:db8::1 1813")
    }
}
