import EventLoop

/// The data plane: answers RADIUS.
enum RadiusProcess {
    /// Runs until told to stop; gives the exit code.
    static func main(
        _ orders: ProcessOrders, _ configuration: Configuration, _ environment: Environment
    ) throws -> Int32 {
        let loop = try EventLoop()
        let stop = try orders.onStop(loop) { loop.stop() }
        orders.reportReady("sockets=\(orders.sockets.count)")
        withExtendedLifetime(stop) { loop.run() }
        return ExitCode.done
    }
}
