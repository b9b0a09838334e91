import CSystem
import Glibc

/// One end of a connection between processes of the server: short texts that stay whole, with open files where a text
/// needs them. Lives on its loop.
package final class Link {
    package struct Message {
        package let text: String
        /// The receiver's to close.
        package let files: [Int32]

        /// What stands before the first blank.
        package var verb: String { String(text.prefix { $0 != " " }) }
        /// What stands after it.
        package var rest: String { String(text.dropFirst(verb.count + 1)) }
    }

    private let descriptor: Int32
    private var watch: Watch?
    private let onMessage: (Message) -> Void
    private let onEnd: () -> Void
    private static let longest = 64 << 10

    /// Two joined ends, the other of which is for a process that is about to be started.
    package static func pair() throws(EventLoopError) -> (ours: Int32, other: Int32) {
        var ends: [Int32] = [0, 0]
        let code = tk_link_pair(&ends)
        guard code == 0 else { throw .unavailable("socketpair", -code) }
        return (ends[0], ends[1])
    }

    /// Joins the LinkListener of that name; nil when nobody is there.
    package static func connect(folder: String, name: String) throws(EventLoopError) -> Int32? {
        let address = try LocalAddress(folder: folder, name: name)
        defer { address.close() }
        let descriptor = tk_link_socket()
        guard descriptor >= 0 else { throw .unavailable("socket", -descriptor) }
        if address.with({ Glibc.connect(descriptor, $0, $1) }) == 0 { return descriptor }
        let code = errno
        Glibc.close(descriptor)
        if code == ENOENT || code == ECONNREFUSED { return nil }
        throw .unavailable("connect \(folder)/\(name)", code)
    }

    /// The process that made the other end, and its user; zeros and -1 when the system does not tell.
    package static func peer(of descriptor: Int32) -> (process: Int32, user: UInt32) {
        var process: pid_t = 0
        var user = uid_t.max
        _ = tk_link_peer(descriptor, &process, &user)
        return (process, user)
    }

    /// Lets go of a descriptor that no Link took over.
    package static func close(_ descriptor: Int32) { Glibc.close(descriptor) }

    /// Takes the descriptor over. `onEnd` is called once, when the other end is gone.
    package init(
        _ loop: EventLoop, _ descriptor: Int32, onMessage: @escaping (Message) -> Void, onEnd: @escaping () -> Void
    ) throws(EventLoopError) {
        self.descriptor = descriptor
        self.onMessage = onMessage
        self.onEnd = onEnd
        watch = try loop.watch(descriptor, .read) { [unowned self] in receive() }
    }

    deinit {
        watch?.cancel()
        Glibc.close(descriptor)
    }

    /// Whether it was sent; not when the other end is gone, or reads nothing.
    @discardableResult
    package func send(_ text: String, files: [Int32] = []) -> Bool {
        let bytes = Array(text.utf8.prefix(Link.longest))
        return tk_link_send(descriptor, bytes, bytes.count, files, UInt32(files.count)) == 0
    }

    /// The next message that has come, without waiting and past `onMessage`; its files are closed.
    package func takeWaiting() -> Message? {
        guard let message = try? Link.take(descriptor).get() else { return nil }
        for file in message.files { Glibc.close(file) }
        return message
    }

    /// Waits for one message, for use before the loop runs; nil when none came in time, an empty one when the other end
    /// is gone.
    package static func wait(_ descriptor: Int32, _ patience: Duration) -> Message? {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, Int32(patience / .milliseconds(1))) > 0 else { return nil }
        return (try? take(descriptor).get()) ?? Message(text: "", files: [])
    }

    /// Sends without a Link around it.
    package static func send(_ descriptor: Int32, _ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(longest))
        return tk_link_send(descriptor, bytes, bytes.count, nil, 0) == 0
    }

    private struct Nothing: Error {
        let isEnd: Bool
    }

    private func receive() {
        switch Link.take(descriptor) {
        case .success(let message): onMessage(message)
        case .failure(let nothing):
            guard nothing.isEnd else { return }
            watch?.cancel()
            onEnd()
        }
    }

    private static func take(_ descriptor: Int32) -> Result<Message, Nothing> {
        var bytes = [UInt8](repeating: 0, count: longest)
        var files = [Int32](repeating: -1, count: Int(TK_LINK_FILES))
        var count = UInt32(files.count)
        let length = tk_link_receive(descriptor, &bytes, bytes.count, &files, &count)
        guard length > 0 else { return .failure(Nothing(isEnd: length != Int(-EAGAIN))) }
        // A shell's `echo` ends its text with a line's end.
        let text = String(decoding: bytes[..<length], as: UTF8.self)
        return .success(
            Message(text: text.hasSuffix("\n") ? String(text.dropLast()) : text, files: Array(files.prefix(Int(count))))
        )
    }
}
