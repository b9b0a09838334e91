import CPQ
import Glibc

/// A NOTIFY that arrived.
package struct Notification: Sendable, Hashable {
    package var channel: String
    package var payload: String
}

extension Connection {
    /// Asks for the notifications of a channel on this connection.
    package func listen(_ channel: String) throws(StoreError) {
        let name = channel.replacingQuotes
        try execute("LISTEN \"\(name)\"")
    }

    /// What arrived already, else waits; empty when `milliseconds` passed (-1 waits on) or `wake` became readable.
    /// - wake: a descriptor (eventfd, pipe) by which another thread ends the wait; it is not read here.
    package func notifications(waitingMilliseconds milliseconds: Int, wake: Int32 = -1) throws(StoreError)
        -> [Notification]
    {
        let waiting = try arrived()
        if !waiting.isEmpty { return waiting }
        var watched = [
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&watched, nfds_t(watched.count), Int32(milliseconds)) >= 0 || errno == EINTR else { throw broken() }
        return try arrived()
    }

    private func arrived() throws(StoreError) -> [Notification] {
        guard PQconsumeInput(handle) == 1 else { throw broken() }
        var result: [Notification] = []
        while let notification = PQnotifies(handle) {
            result.append(
                Notification(
                    channel: String(cString: notification.pointee.relname),
                    payload: String(cString: notification.pointee.extra)))
            PQfreemem(notification)
        }
        return result
    }
}

extension String {
    fileprivate var replacingQuotes: String {
        split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
    }
}
