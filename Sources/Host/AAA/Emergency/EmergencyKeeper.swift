import Dispatch
package import Store

/// Says in the log that an emergency is on, and tells the database of those that were switched on without it. A thread of
/// its own; logins only read the desk's switch.
package final class EmergencyKeeper: Sendable {
    /// What the thread works with.
    package struct Settings: Sendable {
        package var database: ConnectionSettings
        package var node: String
        /// The emergency of all nodes, as the policy has it.
        package var everywhere: @Sendable () -> EmergencySkip
        package var log: @Sendable (String) -> Void

        package init(
            database: ConnectionSettings, node: String,
            everywhere: @escaping @Sendable () -> EmergencySkip, log: @escaping @Sendable (String) -> Void
        ) {
            self.database = database
            self.node = node
            self.everywhere = everywhere
            self.log = log
        }
    }

    private let bell = DispatchSemaphore(value: 0)
    private let thread: WorkerThread
    /// Between two tries to tell the database.
    private static let noteEverySeconds: Int64 = 10

    package init(_ settings: Settings, _ desk: EmergencyDesk) {
        thread = WorkerThread("emergency") { [bell] in
            var watch = EmergencyWatch()
            var noteAt: Int64 = 0
            repeat {
                let now = Moment.now().wall
                if let line = watch.look([settings.everywhere(), desk.local.current], now: now) {
                    settings.log(line)
                }
                // Also when the clock was set back.
                guard now >= noteAt || noteAt > now + EmergencyKeeper.noteEverySeconds else { continue }
                noteAt = now + EmergencyKeeper.noteEverySeconds
                EmergencyKeeper.tell(settings, desk, now: now)
            } while bell.wait(timeout: .now() + .seconds(1)) == .timedOut
        }
    }

    package func stop() {
        bell.signal()
        thread.join()
    }

    private static func tell(_ settings: Settings, _ desk: EmergencyDesk, now: Int64) {
        let waiting = desk.waiting(now: now)
        if waiting.isEmpty { return }
        // Away still: the file keeps them.
        guard let connection = try? Connection(settings.database) else { return }
        do {
            for record in waiting { try EmergencyStore(connection).note(record, node: settings.node, now: now) }
            try desk.noted(waiting, now: now)
            settings.log("the emergency of this node stands in the audit log now")
        } catch {
            settings.log("the emergency of this node is not in the audit log yet: \(error)")
        }
    }
}

extension RadiusRuntime.Settings {
    func emergencies(_ policy: LivePolicy) -> EmergencyKeeper.Settings {
        EmergencyKeeper.Settings(
            database: database, node: node,
            everywhere: { policy.read { $0.preferences.emergency } }, log: log)
    }
}
