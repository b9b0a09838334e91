import EventLoop
import Glibc
import Log

/// One reload: the schema first, then each process by a successor from the program that is on the disk now, one after
/// the other. At the first that can't be replaced it ends, and what runs goes on.
final class Reload {
    private let preparation: ChildSpec
    private let loop: EventLoop
    private let log: Log
    private var waiting: [Keeper]
    private var errand: Child?
    private let tell: (String) -> Void
    private let onEnd: (_ failure: String?) -> Void

    /// `tell` gets a line for each step, `onEnd` is called once.
    init(
        _ preparation: ChildSpec, _ keepers: [Keeper], _ loop: EventLoop, _ log: Log,
        tell: @escaping (String) -> Void, onEnd: @escaping (_ failure: String?) -> Void
    ) {
        self.preparation = preparation
        self.loop = loop
        self.log = log
        self.tell = tell
        self.onEnd = onEnd
        waiting = keepers.filter(\.spec.isReplaced)
    }

    func start() {
        if let idle = waiting.first(where: { !$0.isReady }) {
            return onEnd("\(idle.spec.name) is not running now, and is started again by itself")
        }
        do {
            errand = try Child(preparation, loop, now: .now) { _, message in
                for file in message.files { close(file) }
            }
        } catch {
            onEnd((error as? CommandError)?.message ?? "\(error)")
        }
    }

    /// Looks whether the preparation has ended; called after SIGCHLD.
    func check() {
        guard let errand, let status = errand.reap() else { return }
        self.errand = nil
        guard status == .exited(ExitCode.done) else {
            return onEnd("the new version can't be prepared: \(errand.reason ?? "it ended with \(status)")")
        }
        next()
    }

    func kill() { errand?.signal(SIGKILL) }

    private func next() {
        guard let keeper = waiting.first else { return onEnd(nil) }
        waiting.removeFirst()
        keeper.replace { [self] report in
            tell(report.text)
            if let failure = report.failure { return onEnd("\(report.name): \(failure)") }
            next()
        }
    }
}
