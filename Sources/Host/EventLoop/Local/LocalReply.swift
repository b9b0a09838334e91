import Threads

/// The answer to one line asked of a LocalServer. Any thread may write to it.
package final class LocalReply: Sendable {
    private struct State {
        var waiting: [UInt8] = []
        var isEnded = false
        var isClosed = false
        var dropped = 0
        var onClose: (@Sendable () -> Void)?
    }

    /// A listener that reads slower than there is to tell loses lines; it never holds up who tells.
    private static let room = 1 << 20
    private let state = Locked(State())
    private let remote: Remote
    private let connection: LoopConfined<LocalConnection>

    init(_ remote: Remote, _ connection: LoopConfined<LocalConnection>) {
        self.remote = remote
        self.connection = connection
    }

    /// Whether somebody still listens.
    package var isOpen: Bool { state.withLock { !$0.isClosed && !$0.isEnded } }

    /// Lines that were not sent because the listener was too slow.
    package var dropped: Int { state.withLock { $0.dropped } }

    /// Sends a line, without waiting.
    package func write(_ line: String) {
        let wakes = state.withLock { state in
            guard !state.isClosed, !state.isEnded else { return false }
            guard state.waiting.count + line.utf8.count < LocalReply.room else {
                state.dropped += 1
                return false
            }
            let wasEmpty = state.waiting.isEmpty
            state.waiting += line.utf8
            state.waiting.append(UInt8(ascii: "\n"))
            return wasEmpty
        }
        if wakes { wake() }
    }

    /// Ends the answer after what was written.
    package func end() {
        state.withLock { $0.isEnded = true }
        wake()
    }

    /// Sends the lines and ends.
    package func answer(_ lines: [String]) {
        for line in lines { write(line) }
        end()
    }

    /// Calls `body` once, when the listener is gone or the answer is out; at once if it is already.
    package func onClose(_ body: @escaping @Sendable () -> Void) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.onClose = body }
            return state.isClosed
        }
        if isClosed { body() }
    }

    var isOver: Bool { state.withLock { $0.isEnded && $0.waiting.isEmpty } }

    func take() -> [UInt8] {
        state.withLock { state in
            defer { state.waiting = [] }
            return state.waiting
        }
    }

    func closed() {
        let body = state.withLock { state in
            state.isClosed = true
            defer { state.onClose = nil }
            return state.onClose
        }
        body?()
    }

    private func wake() {
        let connection = connection
        remote.post { _ in connection.value?.flush() }
    }
}
