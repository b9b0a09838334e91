import AAA
import Dispatch
import HTTP
import PluginAPI
import Policy
import RADIUS
import Store
import Threads

/// Tells plugins what happens, from the change feed, each up to where it has heard: at least once, in order, by one
/// process of the cluster at a time. A plugin that is late or throws holds up itself alone.
final class PluginEars: Sendable {
    private let ears: [PluginEar]

    init(
        _ plugins: [LoadedPlugin], _ database: ConnectionSettings, calls: PluginCalls,
        isOpen: @escaping @Sendable (String) -> Bool, log: @escaping @Sendable (String, String) -> Void
    ) {
        ears = plugins.compactMap { plugin in
            plugin.events.map { events in
                let (id, topics) = (plugin.id, plugin.topics)
                return PluginEar(
                    id, database,
                    hear: { connection in
                        guard isOpen(id) else { return }
                        try PluginHearing(plugin: id, topics: topics, events: events, calls: calls).round(connection)
                    }, log: { log(id, $0) })
            }
        }
    }

    func start() { for ear in ears { ear.start() } }

    func stop() { for ear in ears { ear.stop() } }
}

/// One plugin's thread.
private final class PluginEar: Sendable {
    private static let longestPauseSeconds: Int32 = 300

    private let stopping: StopEvent?
    private let begin: @Sendable () -> WorkerThread
    private let thread = Locked<WorkerThread?>(nil)

    init(
        _ plugin: String, _ database: ConnectionSettings, hear: @escaping @Sendable (Connection) throws -> Void,
        log: @escaping @Sendable (String) -> Void
    ) {
        let stopping = try? StopEvent()
        self.stopping = stopping
        begin = {
            WorkerThread("plugin-ear") {
                var pause: Int32 = 1
                while stopping?.isRaised(waitingMilliseconds: 0) == false {
                    do {
                        let connection = try Connection(database)
                        try connection.listen(ChangeFeed.channel)
                        while stopping?.isRaised(waitingMilliseconds: 0) == false {
                            try hear(connection)
                            pause = 1
                            _ = try connection.notifications(
                                waitingMilliseconds: 1000, wake: stopping?.descriptor ?? -1)
                        }
                    } catch {
                        if pause == 1 { log("did not hear what happened, and is told again: \(error)") }
                        pause = min(pause * 2, PluginEar.longestPauseSeconds)
                        if stopping?.isRaised(waitingMilliseconds: pause * 1000) != false { return }
                    }
                }
            }
        }
    }

    func start() { thread.withLock { [begin] in if $0 == nil { $0 = begin() } } }

    func stop() {
        stopping?.raise()
        thread.withLock { $0.take() }?.join()
    }
}
