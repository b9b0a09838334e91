import EventLoop
import Glibc
import Log

/// Runs the server's processes until it is told to stop: the data plane first to start and first to stop, since
/// what it holds is answered with the help of the others.
final class Supervisor {
    /// Those that it answers to; they wait until it can.
    static let signals = [SIGTERM, SIGINT, SIGHUP]
    let loop: EventLoop
    private let log: Log
    private let notifier: Notifier
    /// How long each process gets to answer what it holds.
    private let patience: Duration
    private var keepers: [Keeper] = []
    private var signals: [Watch] = []
    private var watchdog: Watchdog?
    private var reload: Reload?
    private var isStopping = false
    private var wasReady = false
    private var adopted: FoundRadius?
    private var result = ExitCode.done
    private let onReady: () -> Void
    /// What a new version does before its processes start; without it there is no reload.
    var preparation: ChildSpec?
    /// Told of crash loops: the process, and how many times it fell; nil when it stands.
    var onCrashLoop: (_ process: String, _ falls: Int?) -> Void = { _, _ in }

    /// Children are started in the order given and stopped in it too. `onReady` is called once, when all are ready.
    init(
        _ children: [ChildSpec], log: Log, notifier: Notifier = Notifier([:]), patience: Duration = .seconds(10),
        onReady: @escaping () -> Void
    ) throws {
        loop = try EventLoop()
        self.log = log
        self.notifier = notifier
        self.patience = patience
        self.onReady = onReady
        keepers = children.map { spec in
            Keeper(spec, loop, log) { [unowned self] event in heard(event, from: spec.name) }
        }
        for number in [SIGTERM, SIGINT] {
            signals.append(try loop.signal(number) { [unowned self] in stop(number) })
        }
        signals.append(try loop.signal(SIGHUP) { [unowned self] in hungUp() })
        signals.append(try loop.signal(SIGCHLD) { [unowned self] in check() })
        watchdog = try Watchdog(loop, notifier, log) { [unowned self] in isStopping ? [] : keepers }
    }

    /// Takes on a data plane that outlived its supervisor, instead of starting one.
    func adopt(_ found: FoundRadius) { adopted = found }

    /// Returns when every process has ended; gives the exit code. `replacingAdopted`: an adopted data plane gets its
    /// successor at once, rather than at `replaceAdopted`.
    func run(replacingAdopted: Bool = true) throws -> Int32 {
        // A child may refuse before the next one is started.
        for keeper in keepers {
            if let found = adopted, keeper.spec.handsOver { try keeper.adopt(found) } else { try keeper.start() }
        }
        if replacingAdopted { replaceAdopted() }
        loop.run()
        return result
    }

    /// Puts a successor of our own in the place of an adopted data plane.
    func replaceAdopted() {
        guard adopted != nil, !isStopping, let keeper = keepers.first(where: \.spec.handsOver) else { return }
        keeper.replace { [unowned self] report in
            if report.failure == nil { adopted = nil }
            log.info(report.text)
        }
    }

    /// Replaces the processes by ones of the program that is on the disk now. `tell` gets a line a step; the end is told
    /// once, with what went wrong.
    func reload(tell: @escaping (String) -> Void, onEnd: @escaping (_ failure: String?) -> Void) {
        guard let preparation, !isStopping else { return onEnd("the server is stopping") }
        guard reload == nil else { return onEnd("a reload is under way") }
        log.info("reloading")
        notifier.reloading(monotonicMicroseconds: Supervisor.monotonicMicroseconds())
        let course = Reload(preparation, keepers, loop, log, tell: tell) { [unowned self] failure in
            reload = nil
            notifier.ready()
            if let failure { log.error("reload failed", [.reason: failure]) } else { log.info("reloaded") }
            onEnd(failure)
        }
        reload = course
        course.start()
    }

    private static func monotonicMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    private func check() {
        for keeper in keepers { keeper.check() }
        reload?.check()
    }

    private func hungUp() {
        reload(tell: { [log] in log.info($0) }, onEnd: { _ in })
    }

    private func heard(_ event: Keeper.Event, from name: String) {
        switch event {
        case .ready: becameReady()
        case .refused(let status):
            log.error("process refused to start", [.process: name, .exit: status])
            result = ExitCode.refused
            beginStop()
        case .keepsFalling(let falls): onCrashLoop(name, falls)
        case .stands: onCrashLoop(name, nil)
        case .stopped: stopNext()
        }
    }

    private func becameReady() {
        guard !wasReady, !isStopping, keepers.allSatisfy(\.isReady) else { return }
        wasReady = true
        notifier.ready()
        onReady()
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
        notifier.stopping()
        reload?.kill()
        for keeper in keepers { keeper.retire() }
        stopNext()
    }

    /// Asks the first that still runs; ends the loop when none does.
    private func stopNext() {
        guard let next = keepers.first(where: \.isRunning) else { return loop.stop() }
        next.stop(patience: patience)
    }
}
