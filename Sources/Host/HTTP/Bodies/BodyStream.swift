import CMicroHTTPD
import Threads

/// A body on its way to one client: pieces wait here, up to a limit, until the connection takes them. Without a piece
/// the connection is suspended; the next piece resumes it.
final class BodyStream: Sendable {
    /// Bytes that may wait for a client.
    static let limit = 256 << 10
    /// How long `write` waits for room before the client counts as gone.
    static let patience = 30_000

    private enum End { case open, complete, broken }

    private struct State: Sendable {
        /// Nil before the body is sent and after the connection is gone.
        var connection: Connection?
        var isGone = false
        var isSuspended = false
        var end = End.open
        var queue = PieceQueue()
        /// Whether somebody waits for room.
        var isAwaited = false
    }

    private let state = Locked(State())
    private let room = Signal()
    /// Events have no end of their own; a server that stops ends them.
    let isEndless: Bool

    init(isEndless: Bool) { self.isEndless = isEndless }

    /// Before libmicrohttpd asks for the first piece.
    func attach(_ connection: Connection) { state.withLock { $0.connection = connection } }

    /// The connection is closed, or will answer another request.
    func detach() {
        let isAwaited = state.withLock { state in
            state.connection = nil
            state.isGone = true
            state.isSuspended = false
            state.queue = PieceQueue()
            return state.isAwaited
        }
        if isAwaited { room.give() }
    }

    /// What libmicrohttpd's content reader returns; called on its thread.
    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let (result, wakes) = state.withLock { state -> (Int, Bool) in
            guard state.queue.count > 0 else { return (BodyStream.pause(&state), false) }
            let count = state.queue.take(into: buffer)
            let wakes = state.isAwaited && state.queue.count <= BodyStream.limit / 2
            if wakes { state.isAwaited = false }
            return (count, wakes)
        }
        if wakes { room.give() }
        return result
    }

    private static func pause(_ state: inout State) -> Int {
        switch state.end {
        case .complete: return tk_end_of_stream
        case .broken: return tk_end_with_error
        case .open:
            guard let connection = state.connection, !state.isGone else { return tk_end_with_error }
            connection.suspend()
            state.isSuspended = true
            return 0
        }
    }

    /// Breaks off a stream without an end of its own when its client has closed its side: suspended, a connection does
    /// not see that, and the next ping may be far.
    func endIfUnheard() {
        guard isEndless else { return }
        // Under the lock: until `detach` the descriptor is this connection's.
        state.withLock { state in
            guard state.end == .open, let connection = state.connection, connection.hasLeft else { return }
            state.end = .broken
            state.queue = PieceQueue()
            BodyStream.resume(&state)
        }
    }

    private static func resume(_ state: inout State) {
        guard state.isSuspended else { return }
        state.isSuspended = false
        state.connection?.resume()
    }

    /// Adds a piece; nil when there is no room for it.
    private func add(_ bytes: [UInt8], waits: Bool) -> Bool? {
        state.withLock { state in
            guard !state.isGone, state.end == .open else { return false }
            // One piece may be larger than the limit: it goes when nothing else waits.
            guard state.queue.count == 0 || state.queue.count + bytes.count <= BodyStream.limit else {
                state.isAwaited = waits
                return nil
            }
            state.queue.add(bytes)
            BodyStream.resume(&state)
            return true
        }
    }
}

extension BodyStream {
    var isOpen: Bool { state.withLock { !$0.isGone && $0.end == .open } }

    func write(_ bytes: [UInt8]) -> Bool {
        while true {
            if let result = add(bytes, waits: true) { return result }
            if room.wait(milliseconds: BodyStream.patience) { continue }
            finish(completely: false)
            return false
        }
    }

    func offer(_ bytes: [UInt8]) -> Bool {
        if let result = add(bytes, waits: false) { return result }
        finish(completely: false)
        return false
    }

    func finish(completely: Bool) {
        state.withLock { state in
            guard state.end == .open else { return }
            state.end = completely ? .complete : .broken
            if !completely { state.queue = PieceQueue() }
            BodyStream.resume(&state)
        }
    }
}
