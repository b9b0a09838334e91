import AAA
import RADIUS
import Store

/// A thread with a connection of its own that works whenever alarms or what is owed of them change. While the database
/// is away it tries again every second.
final class AlarmThread: Sendable {
    private static let notification = "tollkeeper_alarm"

    private let thread: WorkerThread
    private let wake: StopEvent

    /// - restMilliseconds: after so long it works unasked.
    /// - lost: the database does not answer.
    init(
        _ name: String, _ database: ConnectionSettings, restMilliseconds: Int,
        work: @escaping @Sendable (Connection) throws -> Void, lost: @escaping @Sendable () -> Void = {}
    ) throws {
        let wake = try StopEvent()
        self.wake = wake
        thread = WorkerThread(name) {
            repeat {
                do {
                    let connection = try Connection(database)
                    try connection.listen(AlarmThread.notification)
                    repeat {
                        try work(connection)
                        _ = try connection.notifications(
                            waitingMilliseconds: restMilliseconds, wake: wake.descriptor)
                    } while !wake.isRaised(waitingMilliseconds: 0)
                } catch {
                    lost()
                }
            } while !wake.isRaised(waitingMilliseconds: 1000)
        }
    }

    func stop() {
        wake.raise()
        thread.join()
    }
}
