import EventLoop
import Glibc
import Log

/// Keeps one process running: starts it, starts it again when it falls, replaces it by a successor, stops it when told.
final class Keeper {
    enum Event {
        /// It does its work: for the first time, after a fall, or as a successor; with what it said of itself.
        case ready(String)
        /// It ended with 1 or 2 before it was ever ready: it refuses, and would again.
        case refused(ExitStatus)
        /// So many falls in a row.
        case keepsFalling(Int)
        /// It has worked for a while.
        case stands
        /// All of it ended after `retire`.
        case stopped
    }

    let spec: ChildSpec
    let loop: EventLoop
    let log: Log
    let onEvent: (Event) -> Void
    /// The one that works, or is about to.
    var child: Child?
    var succession: Succession?
    /// Told to end, and not gone yet.
    private var leaving: [(child: Child, timer: Watch?)] = []
    private var policy = RestartPolicy()
    private var timer: Watch?
    private var standing: Watch?
    private var wasReady = false
    private var isRetired = false
    private(set) var isReady = false
    private var readyAt = ContinuousClock.now
    /// When the child last answered a ping; of one that was not asked, when it became ready.
    private var heardAt = ContinuousClock.now

    init(_ spec: ChildSpec, _ loop: EventLoop, _ log: Log, onEvent: @escaping (Event) -> Void) {
        self.spec = spec
        self.loop = loop
        self.log = log
        self.onEvent = onEvent
    }

    var isRunning: Bool { child != nil || succession != nil || !leaving.isEmpty }

    func start() throws {
        child = try spawn()
    }

    /// Takes on a process that works already.
    func adopt(_ found: FoundRadius) throws {
        child = try Child(adopting: found, loop, now: .now) { [unowned self] in
            heard($0, $1)
        } onEnd: { [unowned self] in
            check()
        }
        log.info("process adopted", [.process: spec.name, .pid: found.process, .state: found.about])
        work()
    }

    func spawn() throws -> Child {
        let child = try Child(spec, loop, now: .now) { [unowned self] in heard($0, $1) }
        log.info("process started", [.process: spec.name, .pid: child.process])
        return child
    }

    /// From now on its end is final: `.stopped` tells of it.
    func retire() {
        isRetired = true
        timer = nil
        standing = nil
        if let succession { abandon(succession, "the server stops") }
    }

    /// Asks it to stop, once; kills it when it has not after `patience`.
    func stop(patience: Duration) {
        guard let child else { return }
        self.child = nil
        isReady = false
        leave(child, patience: patience) { $0.signal(SIGTERM) }
    }

    /// Ends everything without asking.
    func kill() {
        child?.signal(SIGKILL)
        succession?.successor.signal(SIGKILL)
        for one in leaving { one.child.signal(SIGKILL) }
    }

    /// Asks for a sign of life; `silence` tells how long there was none.
    func ping() { if isReady { child?.tell("ping") } }

    /// Zero for one that is not at work: it is starting, or about to.
    func silence(now: ContinuousClock.Instant) -> Duration { isReady ? now - heardAt : .zero }

    func killChild() { child?.signal(SIGKILL) }

    /// Lets a process end: told by `tell`, killed when it has not ended after `patience`.
    func leave(_ child: Child, patience: Duration = .seconds(10), _ tell: (Child) -> Void) {
        tell(child)
        let late = try? loop.timer(after: patience) { [unowned self] in
            log.error("process did not stop and is killed", [.process: spec.name, .duration: patience])
            child.signal(SIGKILL)
        }
        leaving.append((child, late))
    }

    /// Looks what has ended; called after SIGCHLD.
    func check() {
        leaving.removeAll { one in
            guard let status = one.child.reap() else { return false }
            log.info("process stopped", [.process: spec.name, .pid: one.child.process, .exit: status])
            return true
        }
        checkSuccession()
        if let child, let status = child.reap() { ended(child, status) }
        if isRetired, !isRunning { onEvent(.stopped) }
    }

    private func ended(_ child: Child, _ status: ExitStatus) {
        self.child = nil
        let stood = isReady
        isReady = false
        if isRetired {
            log.info("process stopped", [.process: spec.name, .pid: child.process, .exit: status])
        } else if succession != nil {
            log.warning("process fell while its successor starts", [.process: spec.name, .exit: status])
            act(.predecessorEnded)
        } else if !wasReady, !spec.isTriedAgain, status.isRefusal {
            onEvent(.refused(status))
        } else if stood, status == .exited(0), policy.maySimplyStart(after: .now - readyAt) {
            // It was asked to, as when plugins are reloaded. A plugin that ends its process over and over was not.
            log.info("process starts anew", [.process: spec.name])
            standing = nil
            startLater(.zero)
        } else {
            fell(after: ContinuousClock.now - child.started, status)
        }
    }

    /// Starts it again, at once or later.
    func fell(after uptime: Duration, _ status: ExitStatus) {
        standing = nil
        let decision = policy.fell(after: uptime)
        if decision.isCrashLoop {
            log.error(
                "process keeps falling",
                [.process: spec.name, .count: policy.falls, .exit: status, .delay: decision.delay])
            onEvent(.keepsFalling(policy.falls))
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
        timer = nil
        do {
            try start()
        } catch {
            log.error("process can't be started", [.process: spec.name, .error: error])
            startLater(RestartPolicy.longest)
        }
    }

    private func heard(_ child: Child, _ message: Link.Message) {
        if heardInSuccession(child, message) { return }
        for file in message.files { close(file) }
        guard child === self.child else { return }
        switch message.verb {
        case "ready" where spec.handsOver: child.tell("begin")
        case "ready", "answering": work()
        case "pong": heardAt = .now
        default: break
        }
    }

    /// The child does its work from now on.
    func work() {
        guard let child else { return }
        wasReady = true
        isReady = true
        readyAt = .now
        heardAt = readyAt
        log.info("process ready", [.process: spec.name, .pid: child.process, .state: child.about])
        standing = try? loop.timer(after: RestartPolicy.standing) { [unowned self] in onEvent(.stands) }
        onEvent(.ready(child.about))
    }
}
