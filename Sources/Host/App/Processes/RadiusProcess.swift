import EventLoop

/// The data plane: answers RADIUS.
enum RadiusProcess {
    /// The local socket's name, in the data folder's runtime folder.
    static let socketName = "radius.sock"

    /// Runs until told to stop; gives the exit code.
    static func main(
        _ orders: ProcessOrders, _ configuration: Configuration, _ environment: Environment
    ) throws -> Int32 {
        let loop = try EventLoop()
        let stop = try orders.onStop(loop) { loop.stop() }
        let folder = DataFolder(configuration.data).runtime
        let local = try LocalServer(loop, folder: folder, name: socketName) { line, reply in
            switch line {
            case "health": reply.answer(["ok"])
            case "metrics": reply.end()
            default: reply.answer(["unknown request"])
            }
        }
        orders.reportReady("sockets=\(orders.sockets.count)")
        withExtendedLifetime((stop, local)) { loop.run() }
        return ExitCode.done
    }
}
