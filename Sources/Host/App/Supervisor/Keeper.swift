import EventLoop
import Glibc
import Log

/// Keeps one process running: starts it, starts it again when it falls, stops it when told.
final class Keeper {
    enum Event {
        /// Ready for the first time, or again after a fall; with the line it wrote.
        case ready(String)
        /// It ended with 1 or 2 before it was ever ready: it refuses, and would again.
        case refused(ExitStatus)
        /// It ended after `retire`.
        case stopped
    }

    let spec: ChildSpec
    private let loop: EventLoop
    private let log: Log
    private let onEvent: (Event) -> Void
    private var policy = RestartPolicy()
    private var child: Child?
    private var timer: Watch?
    private var wasReady = false
    private var isRetired = false
    private var isAsked = false

    init(_ spec: ChildSpec, _ loop: EventLoop, _ log: Log, onEvent: @escaping (Event) -> Void) {
        self.spec = spec
        self.loop = loop
        self.log = log
        self.onEvent = onEvent
    }

    var isRunning: Bool { child != nil }
    var isReady: Bool { child?.isReady ?? false }

    func start() throws {
        let child = try Child(spec, loop, now: .now) { [unowned self] line in
            wasReady = true
            log.info("process ready", [.process: spec.name, .state: line])
            onEvent(.ready(line))
        }
        self.child = child
        log.info("process started", [.process: spec.name, .pid: child.process])
    }

    /// From now on its end is final: `.stopped` tells of it.
    func retire() {
        isRetired = true
        timer = nil
    }

    /// Asks it to stop, once; kills it when it has not after `patience`.
    func stop(patience: Duration) {
        guard let child, !isAsked else { return }
        isAsked = true
        child.send(SIGTERM)
        timer = try? loop.timer(after: patience) { [unowned self] in
            log.error("process did not stop and is killed", [.process: spec.name, .duration: patience])
            kill()
        }
    }

    /// Ends it without asking.
    func kill() { child?.send(SIGKILL) }

    /// Looks whether it has ended; called after SIGCHLD.
    func check() {
        guard let child, let status = child.reap() else { return }
        let uptime = ContinuousClock.now - child.started
        self.child = nil
        timer = nil
        if isRetired {
            log.info("process stopped", [.process: spec.name, .exit: status])
            return onEvent(.stopped)
        }
        if !wasReady, status == .exited(ExitCode.refused) || status == .exited(ExitCode.misused) {
            return onEvent(.refused(status))
        }
        fell(after: uptime, status)
    }

    private func fell(after uptime: Duration, _ status: ExitStatus) {
        let decision = policy.fell(after: uptime)
        if decision.isCrashLoop {
            log.error(
                "process keeps falling",
                [.process: spec.name, .count: policy.falls, .exit: status, .delay: decision.delay])
        } else {
            log.warning(
                "process fell and is started again", [.process: spec.name, .exit: status, .delay: decision.delay])
        }
        startLater(decision.delay)
    }

    private func startLater(_ delay: Duration) {
        do {
            timer = try loop.timer(after: delay) { [unowned self] in startAgain() }
        } catch {
            log.error("process is not started again", [.process: spec.name, .error: error])
        }
    }

    private func startAgain() {
        do {
            try start()
        } catch {
            log.error("process can't be started", [.process: spec.name, .error: error])
            startLater(RestartPolicy.longest)
        }
    }
}
