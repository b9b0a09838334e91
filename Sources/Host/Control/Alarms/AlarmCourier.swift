import AAA
import RADIUS
package import Store

/// Tells one channel of alarms, on a thread and a connection of its own, so that a slow channel holds up no other.
package final class AlarmCourier: Sendable {
    private let thread: WorkerThread
    private let wake: StopEvent
    static let notification = "tollkeeper_alarm"

    package init(
        _ database: ConnectionSettings, _ channel: any AlarmChannel, log: @escaping @Sendable (String) -> Void
    ) throws {
        let wake = try StopEvent()
        self.wake = wake
        thread = WorkerThread("alarms to \(channel.name)") {
            var connection: Connection?
            var isSaid = false
            repeat {
                do {
                    if connection == nil {
                        connection = try Connection(database)
                        try connection?.listen(AlarmCourier.notification)
                    }
                    guard let connection else { continue }
                    let failure = try AlarmCourier.round(channel, connection, log)
                    if let failure, !isSaid { log("the \(channel.name) does not take alarms: \(failure)") }
                    isSaid = failure != nil
                    _ = try connection.notifications(waitingMilliseconds: 1000, wake: wake.descriptor)
                } catch {
                    connection = nil
                }
            } while !wake.isRaised(waitingMilliseconds: connection == nil ? 1000 : 0)
        }
    }

    package func stop() {
        wake.raise()
        thread.join()
    }

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
