import Glibc

/// One client of a LocalServer; lives on the loop.
final class LocalConnection {
    private static let lineLimit = 64 << 10
    private let loop: EventLoop
    private let descriptor: Int32
    private let handler: LocalServer.Handler
    private let onClose: () -> Void
    private var input: [UInt8] = []
    private var output: [UInt8] = []
    private var reading: Watch?
    private var writing: Watch?
    private var reply: LocalReply?

    init(
        _ loop: EventLoop, _ descriptor: Int32, _ handler: @escaping LocalServer.Handler,
        onClose: @escaping () -> Void
    ) throws(EventLoopError) {
        self.loop = loop
        self.descriptor = descriptor
        self.handler = handler
        self.onClose = onClose
        reading = try loop.watch(descriptor, .read) { [unowned self] in read() }
    }

    deinit {
        reading?.cancel()
        writing?.cancel()
        reply?.closed()
        close(descriptor)
    }

    /// Sends what the reply holds; ends the connection after the last of it. Called on the loop.
    func flush() {
        guard let reply else { return }
        output += reply.take()
        while !output.isEmpty {
            let count = output.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0 {
                if errno == EINTR { continue }
                guard errno == EAGAIN else { return onClose() }
                return waitForRoom()
            }
            output.removeFirst(count)
        }
        writing = nil
        if reply.isOver { onClose() }
    }

    private func waitForRoom() {
        guard writing == nil else { return }
        writing = try? loop.watch(descriptor, .write) { [unowned self] in flush() }
    }

    private func read() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        // The end of a client's line of thought: it has read enough, or is gone.
        guard count > 0 else { return onClose() }
        guard reply == nil else { return }
        input += buffer[..<count]
        guard let end = input.firstIndex(of: UInt8(ascii: "\n")) else {
            if input.count > LocalConnection.lineLimit { onClose() }
            return
        }
        let reply = LocalReply(loop.remote, LoopConfined(self))
        self.reply = reply
        handler(String(decoding: input[..<end], as: UTF8.self), reply)
    }
}
