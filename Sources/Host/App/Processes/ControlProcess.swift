import EventLoop
import HTTP
import Log

/// The control plane: the API, every plugin, the policy compiler, jobs.
enum ControlProcess {
    /// Runs until told to stop; gives the exit code.
    static func main(
        _ orders: ProcessOrders, _ configuration: Configuration, _ environment: Environment
    ) throws -> Int32 {
        let log = configuration.log("control")
        let loop = try EventLoop()
        let stop = try orders.onStop(loop) { loop.stop() }
        let house = HouseRoutes(runtime: DataFolder(configuration.data).runtime)
        let router = Router(house.routes) { error, request in
            log.error("a request failed", [.path: request.path, .error: error])
        }
        let server = try HTTPServer(sockets: orders.sockets(for: .http).map(\.descriptor), router: router)
        orders.reportReady("routes=\(house.routes.count)")
        withExtendedLifetime(stop) { loop.run() }
        server.stop()
        return ExitCode.done
    }
}
