import AAA
import RADIUS
package import Store

/// Seals the audit log once a second, on a thread and a connection of its own. Any number of servers may: they take
/// turns.
package final class AuditSealer: Sendable {
    private let thread: WorkerThread
    private let stopping: StopEvent

    package init(_ database: ConnectionSettings, log: @escaping @Sendable (String) -> Void) throws {
        let stopping = try StopEvent()
        self.stopping = stopping
        thread = WorkerThread("audit chain") {
            var isSaid = false
            repeat {
                do {
                    let connection = try Connection(database)
                    repeat {
                        try AuditChain.seal(connection)
                        isSaid = false
                    } while !stopping.isRaised(waitingMilliseconds: 1000)
                } catch {
                    if !isSaid { log("the audit log is not sealed for now: \(error)") }
                    isSaid = true
                }
            } while !stopping.isRaised(waitingMilliseconds: 1000)
        }
    }

    package func stop() {
        stopping.raise()
        thread.join()
    }
}
