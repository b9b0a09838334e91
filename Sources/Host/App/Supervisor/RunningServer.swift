import AAA
import EventLoop
import Log
import Store

/// A server put together: the supervisor with its processes, its database, its alarms, and the socket that commands ask.
struct RunningServer {
    private let supervisor: Supervisor
    private let keeper: DatabaseKeeper
    private let alarms: AlarmDesk
    private let socket: LocalServer
    private let isAway: Bool
    private let log: Log

    init(_ plan: ServePlan, _ database: ReadyDatabase, found: FoundRadius?, _ log: Log) throws {
        let notifier = Notifier(plan.environment.variables)
        let supervisor = try Supervisor(plan.children, log: log, notifier: notifier) {
            log.info("ready", [.url: plan.configuration.webAddress])
            for line in plan.lines { plan.environment.print(line) }
            plan.environment.print("ready \(plan.configuration.webAddress)")
        }
        supervisor.preparation = plan.preparation
        if let found { supervisor.adopt(found) }
        let configuration = plan.configuration
        let alarms = AlarmDesk { try Connection(try ProcessDatabase.settings(configuration, name: "alarms")) }
        supervisor.onCrashLoop = { process, falls in
            guard let falls else { return alarms.clear(process) }
            alarms.raise(
                process,
                "The process \(process) fell \(falls) times in a row and is started again every "
                    + "\(RestartPolicy.longest) at most. The log says why it ends.")
        }
        let installation = try Installation(executable: plan.environment.executable)
        let folder = DataFolder(configuration.data).runtime
        socket = try ServeSocket.open(supervisor, folder: folder, name: ServeSocket.name(only: plan.role.only))
        let back = Back(supervisor)
        keeper = DatabaseKeeper(database, log) {
            let settings = try ProcessDatabase.settings(configuration, name: "serve")
            _ = try DatabaseSetup.run(settings, configuration, installation, log)
        } onReady: { [remote = supervisor.loop.remote] in
            remote.post { _ in back.supervisor?.replaceAdopted() }
        }
        self.supervisor = supervisor
        self.alarms = alarms
        self.log = log
        isAway = database.isAway
    }

    /// Returns when everything has ended; gives the exit code.
    func run() throws -> Int32 {
        defer {
            alarms.stop()
            keeper.stop()
            log.info("stopped")
        }
        // A successor of an adopted data plane loads from the database; while that is away, the old one knows more.
        return try withExtendedLifetime(socket) { try supervisor.run(replacingAdopted: !isAway) }
    }

    /// The supervisor, carried by the database's thread to the loop, which alone looks inside.
    private struct Back: @unchecked Sendable {
        weak var supervisor: Supervisor?
        init(_ supervisor: Supervisor) { self.supervisor = supervisor }
    }
}
