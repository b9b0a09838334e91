import Control
import Dictionary
import EventLoop
import HTTP
import Log
import Policy
import Store

/// The control plane: every plugin, the policy compiler, housekeeping, the API.
enum ControlProcess {
    /// Runs until told to stop; gives the exit code.
    static func main(
        _ orders: ProcessOrders, _ configuration: Configuration, _ environment: Environment
    ) throws -> Int32 {
        let log = configuration.log("control")
        let loop = try EventLoop()
        let stop = try orders.onStop(loop) { loop.stop() }
        let installation = try Installation(executable: environment.executable)
        let database = try ProcessDatabase.settings(configuration, name: "control")
        let plugins = try PluginStart.load(configuration, installation, log)
        defer { plugins.stop() }
        try PluginBoard.publish(try Connection(database), plugins.reports)
        try plugins.checkRequired()
        let dictionary = try AttributeDictionary.load(file: configuration.dictionary ?? installation.dictionary)
        let keys = try KeyRing(path: DataFolder(configuration.data).key)
        let inbox = PasswordInbox(seal: { keys.seal($0, for: $1) }, log: { log.warning($0) })
        let desk = try PolicyDesk(database, dialects: plugins.dialects, dictionary: dictionary, inbox: inbox) {
            log.warning($0)
        }
        let housekeeper = Housekeeper(database) { log.warning($0) }
        let alarms = try AlarmStart.start(database, configuration, log)
        let server = try startServer(orders, configuration, alarms, log)
        defer { server.stop() }
        orders.reportReady("plugins=\(plugins.reports.count) dialects=\(plugins.dialects.count)")
        withExtendedLifetime(stop) { loop.run() }
        alarms.stop()
        housekeeper.stop()
        desk.stop()
        return ExitCode.done
    }

    private static func startServer(
        _ orders: ProcessOrders, _ configuration: Configuration, _ alarms: AlarmStart, _ log: Log
    ) throws -> HTTPServer {
        let house = HouseRoutes(runtime: DataFolder(configuration.data).runtime, alarms: alarms.board)
        let router = Router(house.routes) { error, request in
            log.error("a request failed", [.path: request.path, .error: error])
        }
        return try HTTPServer(sockets: orders.sockets(for: .http).map(\.descriptor), router: router)
    }
}
