import EventLoop
import Glibc
import Log

/// Runs the server's processes until it is told to stop: the data plane first to start and first to stop, since
/// what it holds is answered with the help of the others.
final class Supervisor {
    static let stopSignals = [SIGTERM, SIGINT, SIGHUP]
    private let loop: EventLoop
    private let log: Log
    /// How long each process gets to answer what it holds.
    private let patience: Duration
    private var keepers: [Keeper] = []
    private var signals: [Watch] = []
    private var rounds: Watch?
    private var isStopping = false
    private var wasReady = false
    private var result = ExitCode.done
    private let onReady: () -> Void

    /// Children are started in the order given and stopped in it too. `onReady` is called once, when all are ready.
    init(_ children: [ChildSpec], log: Log, patience: Duration = .seconds(10), onReady: @escaping () -> Void) throws {
        loop = try EventLoop()
        self.log = log
        self.patience = patience
        self.onReady = onReady
        keepers = children.map { spec in
            Keeper(spec, loop, log) { [unowned self] event in heard(event, from: spec.name) }
        }
        for number in Supervisor.stopSignals {
            signals.append(try loop.signal(number) { [unowned self] in stop(number) })
        }
        signals.append(
            try loop.signal(SIGCHLD) { [unowned self] in
                for keeper in keepers { keeper.check() }
            })
    }

    /// Looks after something else than processes, again and again until the stop.
    func onRounds(every interval: Duration, _ look: @escaping () -> Void) throws {
        rounds = try loop.timer(after: interval, repeats: true) { [unowned self] in
            if !isStopping { look() }
        }
    }

    /// Returns when every process has ended; gives the exit code.
    func run() throws -> Int32 {
        // A child may refuse before the next one is started.
        for keeper in keepers { try keeper.start() }
        loop.run()
        return result
    }

    private func heard(_ event: Keeper.Event, from name: String) {
        switch event {
        case .ready:
            guard !wasReady, !isStopping, keepers.allSatisfy(\.isReady) else { return }
            wasReady = true
            onReady()
        case .refused(let status):
            log.error("process refused to start", [.process: name, .exit: status])
            result = ExitCode.refused
            beginStop()
        case .stopped: stopNext()
        }
    }

    private func stop(_ signal: Int32) {
        if isStopping {
            log.warning("told to stop again, so the processes are killed", [.signal: signal])
            for keeper in keepers { keeper.kill() }
            return
        }
        log.info("stopping", [.signal: signal])
        beginStop()
    }

    private func beginStop() {
        guard !isStopping else { return }
        isStopping = true
        for keeper in keepers { keeper.retire() }
        stopNext()
    }

    /// Asks the first that still runs; ends the loop when none does.
    private func stopNext() {
        guard let next = keepers.first(where: \.isRunning) else { return loop.stop() }
        next.stop(patience: patience)
    }
}
