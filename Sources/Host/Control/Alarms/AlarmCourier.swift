package import Store
import Threads

/// Tells one channel of alarms, on a thread and a connection of its own, so that a slow channel holds up no other.
package final class AlarmCourier: Sendable {
    private let thread: AlarmThread

    package init(
        _ database: ConnectionSettings, _ channel: any AlarmChannel, log: @escaping @Sendable (String) -> Void
    ) throws {
        let isSaid = Locked(false)
        thread = try AlarmThread("alarms to \(channel.name)", database, restMilliseconds: 1000) { connection in
            let failure = try AlarmCourier.round(channel, connection, log)
            let isNews = isSaid.withLock { said in
                defer { said = failure != nil }
                return !said
            }
            if let failure, isNews { log("the \(channel.name) does not take alarms: \(failure)") }
        }
    }

    package func stop() { thread.stop() }

    /// Tells what is due. The reason of the first that was not taken: the rest of the round then waits too.
    package static func round(
        _ channel: any AlarmChannel, _ connection: Connection, _ log: @Sendable (String) -> Void
    ) throws -> String? {
        for message in try AlarmDeliveries.take(channel.name, connection) {
            do {
                try channel.send(message)
            } catch {
                let reason = "\(error)"
                if try AlarmDeliveries.failed(message.delivery, reason, connection) {
                    log("the \(channel.name) was not told of alarm \(message.alarm) for \(AlarmDeliveries.patience)")
                }
                return reason
            }
            try AlarmDeliveries.delivered(message.delivery, connection)
        }
        return nil
    }
}
