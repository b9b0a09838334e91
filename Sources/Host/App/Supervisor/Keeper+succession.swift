import EventLoop
import Glibc
import Log

/// A successor on its way to take its predecessor's place.
final class Succession {
    let successor: Child
    var course: Switchover
    /// What the predecessor passed on: an open file in memory.
    var handover: Int32?
    var timer: Watch?
    var readyAt: ContinuousClock.Instant?
    var pausedAt: ContinuousClock.Instant?
    var bytes = 0
    let from: String
    let onReport: (SwitchReport) -> Void

    init(_ successor: Child, from: String, handsOver: Bool, onReport: @escaping (SwitchReport) -> Void) {
        self.successor = successor
        self.from = from
        course = Switchover(handsOver: handsOver)
        self.onReport = onReport
    }

    deinit { if let handover { close(handover) } }

    func report(_ name: String, now: ContinuousClock.Instant, failure: String? = nil) -> SwitchReport {
        SwitchReport(
            name: name, from: from, to: successor.version, loading: (readyAt ?? now) - successor.started,
            switching: pausedAt.map { now - $0 } ?? .zero, bytes: bytes, failure: failure)
    }
}

// One process takes another's place, without anything lost between them. What comes next is Switchover's to say; this
// does it.
extension Keeper {
    /// Starts a successor of the child; `onReport` tells once how it ended.
    func replace(_ onReport: @escaping (SwitchReport) -> Void) {
        guard succession == nil else { return onReport(refusal("its successor is starting already")) }
        guard isReady, let child else {
            return onReport(refusal("it is not running now, and is started again by itself"))
        }
        do {
            let next = try spawn()
            succession = Succession(next, from: child.version, handsOver: spec.handsOver, onReport: onReport)
            rearm()
        } catch {
            onReport(refusal("\((error as? CommandError)?.message ?? "\(error)")"))
        }
    }

    private func refusal(_ reason: String) -> SwitchReport {
        SwitchReport(
            name: spec.name, from: child?.version ?? "", to: "", loading: .zero, switching: .zero, bytes: 0,
            failure: reason)
    }

    /// Whether the message was about the change from one to the other.
    func heardInSuccession(_ sender: Child, _ message: Link.Message) -> Bool {
        guard let succession else { return false }
        if sender === succession.successor {
            switch message.verb {
            case "ready":
                succession.readyAt = .now
                act(.ready)
            case "answering": act(.answering)
            default: break
            }
            return true
        }
        guard sender === child, message.verb == "paused" else { return false }
        succession.handover = message.files.first
        for file in message.files.dropFirst() { close(file) }
        act(.paused)
        return true
    }

    func checkSuccession() {
        guard let succession, let status = succession.successor.reap() else { return }
        act(.successorEnded(succession.successor.reason ?? "it ended with \(status)"))
    }

    /// Does what the course says after an event.
    func act(_ event: Switchover.Event) {
        guard let succession else { return }
        switch succession.course.happened(event) {
        case .wait: return
        case .pause:
            succession.pausedAt = .now
            child?.tell("pause " + succession.successor.about)
        case .begin: begin(succession)
        case .killPredecessor:
            log.error("process does not pause and is killed", [.process: spec.name])
            child?.signal(SIGKILL)
        case .finish: return finish(succession)
        case .giveUp(let reason, let resumes):
            if resumes { child?.tell("resume") }
            return abandon(succession, reason)
        case .lost(let reason):
            abandon(succession, reason)
            return fell(after: .zero, .exited(ExitCode.refused))
        }
        rearm()
    }

    private func rearm() {
        guard let succession else { return }
        succession.timer = try? loop.timer(after: succession.course.patience) { [unowned self] in act(.late) }
    }

    private func begin(_ succession: Succession) {
        var files: [Int32] = []
        if let handover = succession.handover {
            files = [handover]
            var facts = stat()
            if fstat(handover, &facts) == 0 { succession.bytes = Int(facts.st_size) }
        }
        succession.successor.tell("begin", files: files)
    }

    private func finish(_ succession: Succession) {
        let report = succession.report(spec.name, now: .now)
        self.succession = nil
        let isHandingOver = spec.handsOver
        if let old = child { leave(old) { if !isHandingOver || !$0.tell("end") { $0.signal(SIGTERM) } } }
        child = succession.successor
        log.info(
            "process replaced",
            [.process: spec.name, .pid: succession.successor.process, .state: report.line])
        work()
        succession.onReport(report)
    }

    /// The predecessor stays, if there is one.
    func abandon(_ succession: Succession, _ reason: String) {
        self.succession = nil
        log.error("process is not replaced", [.process: spec.name, .reason: reason])
        if succession.successor.reap() == nil { leave(succession.successor) { $0.signal(SIGKILL) } }
        succession.onReport(succession.report(spec.name, now: .now, failure: reason))
    }
}
