package import Dictionary
package import RADIUS
package import Store
import Synchronization
import Threads

/// What the data plane is made of, put together: policy and sessions in memory, and, between `begin` and `pause`, the
/// accounting line and a thread an endpoint. Two processes can so follow each other on the same sockets: the one loads
/// while the other still answers.
package final class RadiusRuntime: Sendable {
    package struct Settings: Sendable {
        package var database: ConnectionSettings
        package var dictionary: AttributeDictionary
        package var vault: SecretVault
        package var journalFolder: String
        /// Bytes that the journal may take.
        package var journalLimit = Journal.standardLimit
        /// Records that the journal answers for ahead of a database that keeps up.
        package var journalAhead = AccountingLine.Limits().ahead
        /// Names this server's journal in the database.
        package var node: String
        /// Threads that answer logins, for each socket.
        package var authThreads = 1
        package var auth: [UDPEndpoint]
        package var acct: [UDPEndpoint]
        package var log: @Sendable (String) -> Void
        /// Where the policy is kept for a start without the database; nil for none.
        package var snapshot: SnapshotPlace?
        /// Told of each alarm that is raised or over while the database is away.
        package var tellAway: @Sendable (AwayAlarms.Alarm) -> Void = { _ in }

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
    package let lineStatus = LineStatus()
    package let summary: String
    /// Milliseconds of the monotonic clock when it began to load: what changed later, a predecessor passes on.
    package let loadedSince: UInt64
    package let loginGuard = LoginGuard()
    package let emergencies: EmergencyDesk

    let memory = LoginMemory()
    let notebook: Notebook
    let authReplies = DuplicateCache()
    let acctReplies = DuplicateCache()
    private let settings: Settings
    private let following: PolicyFollowing
    private let keepers: Keepers
    private let plane = Locked<AnsweringPlane?>(nil)
    private let begins = Atomic(0)

    /// Loads everything, and follows changes from then on. It reads no socket and leaves the journal alone, which may
    /// be another process's still. Throws when the database is not to be had.
    package init(_ settings: Settings) throws {
        self.settings = settings
        loadedSince = Moment.now().monotonic
        notebook = Notebook(counters: watched.counters, log: watched.loginLog)
        let (connection, away) = try RadiusRuntime.connect(settings)
        following = try PolicyFollowing(
            settings, connection, away: away, policy, watched, loginGuard, events: notebook)
        var known = 0
        if let connection { known = try SessionLoader.load(connection, index: index, sessions: sessions) }
        emergencies = EmergencyDesk(folder: settings.journalFolder, problem: settings.log)
        keepers = Keepers(watched, settings, notebook, policy, following.follower)
        summary = RadiusRuntime.summary(policy, sessions: known)
        watch()
    }

    /// nil and why when the database is not reached; throws what a person must mend.
    private static func connect(_ settings: Settings) throws -> (Connection?, away: String) {
        let problem: StoreError
        do {
            return (try Connection(settings.database), "")
        } catch {
            problem = error
        }
        guard problem.kind == .connection else { throw problem }
        return (nil, problem.description)
    }

    private func watch() {
        RuntimeGauges.register(
            watched.gauges, policy, sessions, waiting: { [weak self] in self?.waiting ?? 0 }, watched.loginLog,
            following)
        watched.health.register("logins") { [weak self] in
            let isAnswering = self?.isAnswering ?? false
            return HealthBoard.Fact(isAnswering ? "answered" : "not answered", isReady: isAnswering)
        }
        lineStatus.register(watched.gauges, watched.health)
    }

    private static func summary(_ policy: LivePolicy, sessions: Int) -> String {
        policy.read { tables in
            "nas=\(tables.nas.count) subscribers=\(tables.subscribers.count) services=\(tables.services.count)"
                + " plans=\(tables.plans.count) sessions=\(sessions)"
        }
    }

    /// Answers from now on. `inherited` is what the predecessor's `pause` gave; one that can't be read is said and left.
    /// Throws when the journal is another's, or a socket is not to be had.
    package func begin(_ inherited: [UInt8]? = nil) throws {
        if let inherited { inherit(inherited) }
        emergencies.readAgain(problem: settings.log)
        let started = try AnsweringPlane(self, settings)
        plane.withLock { $0 = started }
        begins.add(1, ordering: .relaxed)
    }

    /// Whether it ever answered.
    package var hasBegun: Bool { begins.load(ordering: .relaxed) > 0 }

    /// Answers what was received, makes it durable, lets go of the journal, and gives what a successor that began to
    /// load at `changedSince` should know. Datagrams wait in the sockets; `begin` goes on here.
    package func pause(changedSince: UInt64) -> [UInt8] {
        plane.withLock { $0.take() }?.stop()
        return HandoverStream.write(handoverParts, changedSince: changedSince)
    }

    /// The end: answers what was received, makes it durable, writes the notes, and returns.
    package func stop() {
        plane.withLock { $0.take() }?.stop()
        following.stop()
        keepers.stop()
    }

    /// Whether requests are answered: every thread that must run does.
    package var isAnswering: Bool { plane.withLock { $0?.isWell ?? false } }

    /// Records that wait for the accounting line.
    private var waiting: Int { plane.withLock { $0?.waiting ?? 0 } }

    /// What passes to a successor; a line a component.
    private var handoverParts: [HandoverPart] {
        let now: @Sendable () -> UInt64 = { Moment.now().monotonic }
        return [
            KeptReplies.part("auth-replies", authReplies, now: now),
            KeptReplies.part("acct-replies", acctReplies, now: now),
            HandoverPart("logins", write: memory.write(changedSince:into:), read: memory.read),
            HandoverPart(
                "marks", write: sessions.write(changedSince:into:),
                read: { [sessions, settings] in
                    if !sessions.read(&$0) { settings.log("the predecessor's live sessions are of another layout") }
                }),
            HandoverPart(
                "sessions", write: index.write(changedSince:into:),
                read: { [index, settings] in
                    if !index.read(&$0) { settings.log("the predecessor's session index is of another layout") }
                }),
        ]
    }

    private func inherit(_ bytes: [UInt8]) {
        do {
            let unknown = try HandoverStream.read(bytes, into: handoverParts)
            if !unknown.isEmpty {
                settings.log("the predecessor handed over what is not known here: \(unknown.joined(separator: ", "))")
            }
        } catch {
            settings.log("what the predecessor handed over is not taken: \(error)")
        }
    }
}
