import RADIUS
import Store

/// What reads the sockets and owns the journal: there from `RadiusRuntime.begin` to its `pause`, and made anew should
/// the same process begin again.
final class AnsweringPlane: Sendable {
    private static let mostItems = 50_000
    private let items = Mailbox<AccountingItem>(limit: AnsweringPlane.mostItems)
    private let stopListening: StopEvent
    private let line: WorkerThread
    private let listeners: [WorkerThread]
    private let emergencyKeeper: EmergencyKeeper

    /// Opens the journal, takes back what the database does not have yet, and answers from then on.
    init(_ runtime: RadiusRuntime, _ settings: RadiusRuntime.Settings) throws {
        let (items, counters) = (items, runtime.watched.counters)
        let stop = try StopEvent()
        stopListening = stop
        let outboxes = settings.acct.map { Outbox($0) }
        let services = outboxes.map { outbox in
            AccountingService(
                policy: runtime.policy, sessions: runtime.sessions, memory: runtime.memory, index: runtime.index,
                events: runtime.notebook, counters: counters, trace: runtime.trace, line: items,
                duplicates: runtime.acctReplies, metrics: runtime.watched.metrics,
                send: { outbox.add($0, to: $1, from: $2) })
        }
        line = try LineThread.start(
            settings, try? Connection(settings.database),
            LineThread.Parts(
                items: items, outboxes: outboxes, watched: runtime.watched, index: runtime.index,
                status: runtime.lineStatus, events: runtime.notebook, service: services.first))
        let auth = AuthService(
            policy: runtime.policy, sessions: runtime.sessions, memory: runtime.memory, events: runtime.notebook,
            watched: runtime.watched, trace: runtime.trace, duplicates: runtime.authReplies,
            guardian: runtime.loginGuard, emergency: runtime.emergencies.local)
        listeners = AnsweringPlane.listen(
            runtime, settings, stop, auth, services,
            pressure: { Double(items.count) / Double(AnsweringPlane.mostItems) })
        emergencyKeeper = EmergencyKeeper(settings.emergencies(runtime.policy), runtime.emergencies)
    }

    /// `settings.authThreads` threads for each socket of logins, one for each of accounting: what these take in ends in
    /// one line anyway, in the order in which it was decided on.
    private static func listen(
        _ runtime: RadiusRuntime, _ settings: RadiusRuntime.Settings, _ stop: StopEvent, _ auth: AuthService,
        _ services: [AccountingService], pressure: @escaping @Sendable () -> Double
    ) -> [WorkerThread] {
        let (watched, log) = (runtime.watched, settings.log)
        func fairness(_ endpoint: UDPEndpoint, _ pressure: @escaping @Sendable () -> Double) -> Fairness {
            let gate = FloodGate(
                endpoint, node: settings.node, policy: runtime.policy, events: runtime.notebook,
                counters: watched.counters, now: Moment.now().monotonic, log: log)
            return Fairness(endpoint, gate, pressure: pressure)
        }
        var threads: [WorkerThread] = []
        for endpoint in settings.auth {
            let fairness = fairness(endpoint) { 0 }
            let listener = UDPListener(endpoint, stop: stop, watched: watched, fairness: fairness, log: log) {
                auth.handle($0, $1)
            }
            for _ in 0..<settings.authThreads { threads.append(listener.start("auth")) }
        }
        for (endpoint, service) in zip(settings.acct, services) {
            let fairness = fairness(endpoint, pressure)
            let listener = UDPListener(endpoint, stop: stop, watched: watched, fairness: fairness, log: log) {
                service.handle($0, scratch: $1.reply)
            }
            threads.append(listener.start("acct"))
        }
        return threads
    }

    /// Records that wait for the accounting line.
    var waiting: Int { items.count }

    /// Whether every thread that must run does.
    var isWell: Bool { !line.hasEnded && !listeners.contains(where: \.hasEnded) }

    /// Answers what was received, makes it durable, lets go of the journal, and returns. What comes from then on waits
    /// in the sockets.
    func stop() {
        stopListening.raise()
        for listener in listeners { listener.join() }
        items.close()
        line.join()
        emergencyKeeper.stop()
    }
}
