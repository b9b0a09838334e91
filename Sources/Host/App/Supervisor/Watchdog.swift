import EventLoop
import Glibc
import Log

/// Looks whether the processes live: asks each for a sign, kills one that gives none for long, so that it is started
/// again, and tells the service manager that all is looked after.
final class Watchdog {
    /// A main loop that was not heard for so long is stuck.
    static let longestSilence = Duration.seconds(30)
    private static let longestInterval = Duration.seconds(5)
    private var timer: Watch?

    init(_ loop: EventLoop, _ notifier: Notifier, _ log: Log, _ keepers: @escaping () -> [Keeper]) throws {
        let interval = min(Watchdog.longestInterval, (notifier.watchdog ?? .seconds(15)) / 3)
        timer = try loop.timer(after: interval, repeats: true) {
            let now = ContinuousClock.now
            var isWell = true
            for keeper in keepers() {
                let silence = keeper.silence(now: now)
                if silence > Watchdog.longestSilence {
                    log.error(
                        "process does not answer and is killed",
                        [.process: keeper.spec.name, .duration: "\(silence.milliseconds) ms"])
                    keeper.killChild()
                } else if silence > Watchdog.longestSilence * 2 / 3 {
                    isWell = false
                }
                keeper.ping()
            }
            if isWell { notifier.alive() }
        }
    }
}
