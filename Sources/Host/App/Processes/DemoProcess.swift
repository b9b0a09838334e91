import AAA
import EventLoop
import Log
import Synchronization

/// The demo's simulated routers, as a process of their own beside the server's.
enum DemoProcess {
    /// Carries the secret that the demo's NAS were given at this start.
    static let secretVariable = "TOLLKEEPER_DEMO_SECRET"

    /// Runs until told to stop; gives the exit code.
    static func main(
        _ orders: ProcessOrders, _ configuration: Configuration, _ environment: Environment
    ) throws -> Int32 {
        guard let secret = environment.variables[secretVariable] else {
            throw CommandError.misused("this is started by `tollkeeper serve --demo` only")
        }
        let server = DemoBNG.Server(
            authPort: configuration.authPort, acctPort: configuration.acctPort, secret: secret)
        let log = configuration.log("demo")
        let loop = try EventLoop()
        let turns = Mailbox<Bool>(limit: 1)
        let duty = try SimpleDuty(orders, loop) { loop.stop() }
        let worker = WorkerThread("demo") {
            var isStopping = false
            do {
                try DemoBNG.run(
                    server, wait: { isStopping = turns.take(most: 1, waitingMilliseconds: 1000) == nil },
                    stop: { isStopping })
            } catch {
                log.error("the demo's routers can't ask: \(error)")
            }
        }
        duty.reportReady("routers=\(Demo.routers.count)")
        withExtendedLifetime(duty) { loop.run() }
        turns.close()
        worker.join()
        return ExitCode.done
    }
}
