package import Dictionary
package import RADIUS
package import Store

/// What the data plane is made of, put together and run: policy, sessions, the accounting line and a thread an
/// endpoint. Started once, stopped once.
package final class RadiusRuntime: Sendable {
    package struct Settings: Sendable {
        package var database: ConnectionSettings
        package var dictionary: AttributeDictionary
        package var vault: SecretVault
        package var journalFolder: String
        /// Names this server's journal in the database.
        package var node: String
        package var auth: [UDPEndpoint]
        package var acct: [UDPEndpoint]
        package var log: @Sendable (String) -> Void

        package init(
            database: ConnectionSettings, dictionary: AttributeDictionary, vault: SecretVault, journalFolder: String,
            node: String, auth: [UDPEndpoint], acct: [UDPEndpoint], log: @escaping @Sendable (String) -> Void
        ) {
            self.database = database
            self.dictionary = dictionary
            self.vault = vault
            self.journalFolder = journalFolder
            self.node = node
            self.auth = auth
            self.acct = acct
            self.log = log
        }
    }

    package let watched = Watched()
    package let trace = TraceHub()
    package let policy = LivePolicy()
    package let sessions = LiveSessions()
    package let index = SessionIndex()
    package let guardian = LoginGuard()
    package let summary: String
    package let emergencies: EmergencyKeeper

    private let settings: Settings
    private let memory = LoginMemory()
    private let notebook: Notebook
    private let items = Mailbox<AccountingItem>(limit: 200_000)
    private let stopListening: StopEvent
    private let follower: FeedFollower
    private let keepers: Keepers
    private let line: WorkerThread
    private let listeners: [WorkerThread]

    /// Loads everything and answers from then on. Throws when the database, the journal or a socket is not to be had.
    package init(_ settings: Settings) throws {
        self.settings = settings
        let (counters, policy, sessions, index, trace) = (watched.counters, policy, sessions, index, trace)
        let (memory, items, notebook) = (memory, items, Notebook(counters: counters, log: watched.loginLog))
        self.notebook = notebook
        stopListening = try StopEvent()
        let connection = try Connection(settings.database)
        follower = try PolicyFollowing.start(settings, connection, policy, watched.counters, guardian)
        let known = try SessionLoader.load(connection, index: index, sessions: sessions)
        emergencies = EmergencyKeeper(settings.emergencies(policy))
        keepers = Keepers(watched, settings, notebook, policy)
        RuntimeGauges.register(watched.gauges, policy, sessions, items, watched.loginLog)

        let outboxes = settings.acct.map { Outbox($0) }
        let services = outboxes.map { outbox in
            AccountingService(
                policy: policy, sessions: sessions, memory: memory, index: index, events: notebook,
                counters: counters, trace: trace, line: items,
                send: { reply, peer, local in outbox.add(reply, to: peer, from: local) })
        }
        line = try LineThread.start(settings, connection, items, outboxes, counters, index, replay: services.first)
        let auth = AuthService(
            policy: policy, sessions: sessions, memory: memory, events: notebook, watched: watched, trace: trace,
            guardian: guardian, emergency: emergencies.desk.local)
        var listeners: [WorkerThread] = []
        for endpoint in settings.auth {
            let listener = UDPListener(endpoint, stop: stopListening, watched: watched, log: settings.log) {
                auth.handle($0, $1)
            }
            listeners.append(listener.start("auth"))
        }
        for (endpoint, service) in zip(settings.acct, services) {
            let listener = UDPListener(endpoint, stop: stopListening, watched: watched, log: settings.log) {
                service.handle($0, scratch: $1.reply)
            }
            listeners.append(listener.start("acct"))
        }
        self.listeners = listeners
        summary = RadiusRuntime.summary(policy, sessions: known)
    }

    private static func summary(_ policy: LivePolicy, sessions: Int) -> String {
        policy.read { tables in
            "nas=\(tables.nas.count) subscribers=\(tables.subscribers.count) services=\(tables.services.count)"
                + " plans=\(tables.plans.count) sessions=\(sessions)"
        }
    }

    /// Answers what was received, makes it durable, writes the notes, and returns.
    package func stop() {
        stopListening.raise()
        for listener in listeners { listener.join() }
        items.close()
        line.join()
        follower.stop()
        emergencies.stop()
        keepers.stop()
    }
}
