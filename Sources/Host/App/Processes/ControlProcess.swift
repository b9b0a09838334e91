import Control
import Dictionary
import EventLoop
import Glibc
import HTTP
import Log
import Policy
import Store

/// The control plane: every plugin, the policy compiler, housekeeping, the API.
enum ControlProcess {
    /// Runs until told to stop; gives the exit code. Its work needs the database, its health pages do not: with the
    /// database away it serves those, and the rest as soon as the database is there.
    static func main(
        _ orders: ProcessOrders, _ configuration: Configuration, _ environment: Environment
    ) throws -> Int32 {
        let log = configuration.log("control")
        let loop = try EventLoop()
        let duty = try SimpleDuty(orders, loop) { loop.stop() }
        let alarms = AlarmPlace()
        let api = try ControlAPI(configuration, environment, log)
        var work: ControlWork? { didSet { alarms.board = work?.alarms.board } }
        var waiting: Watch?
        do {
            work = try begin(api, configuration, environment, log)
        } catch let error as StoreError where error.kind == .connection {
            log.warning("the database is away; plans and plugins wait for it", [.error: error])
            waiting = try loop.timer(after: .seconds(2), repeats: true) {
                guard let database = try? ProcessDatabase.settings(configuration, name: "control"),
                    (try? Connection(database)) != nil
                else { return }
                waiting = nil
                do {
                    work = try begin(api, configuration, environment, log, preparing: true)
                    log.info("the database is there", [.state: work?.about ?? ""])
                    if api.needsFreshStart { loop.stop() }
                } catch {
                    // A fresh start tries again, and says what it is refused for.
                    log.error("the work can't begin", [.error: error])
                    loop.stop()
                }
            }
        }
        let server = try startServer(orders, configuration, alarms, api, log)
        // First the clients, then what works for them.
        defer {
            server.stop()
            api.stop()
        }
        duty.reportReady(work?.about ?? "database=away")
        withExtendedLifetime((duty, waiting)) { loop.run() }
        work?.stop()
        return ExitCode.done
    }

    private static func begin(
        _ api: ControlAPI, _ configuration: Configuration, _ environment: Environment, _ log: Log,
        preparing: Bool = false
    ) throws -> ControlWork {
        let work = try ControlWork(
            configuration, environment, log, kinds: api.jobKinds, place: api.plugins, preparing: preparing)
        try api.follow()
        return work
    }

    private static func startServer(
        _ orders: ProcessOrders, _ configuration: Configuration, _ alarms: AlarmPlace, _ api: ControlAPI, _ log: Log
    ) throws -> HTTPServer {
        let figures = ServerFigures()
        let house = HouseRoutes(runtime: DataFolder(configuration.data).runtime, alarms: alarms, figures: figures)
        let router = Router(house.routes + api.routes { kill(getpid(), SIGTERM) }) { error, request in
            log.error("a request failed", [.path: request.path, .error: error, .request: request.id])
        }
        let server = try WebServer.start(orders, configuration, router, log)
        figures.follow(server)
        return server
    }
}
