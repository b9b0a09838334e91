import HTTP
import Threads

/// A clock that stands until it is moved.
final class HandClock: Sendable {
    private let time = Locked(ContinuousClock.now)

    var now: ContinuousClock.Instant { time.withLock { $0 } }

    func advance(_ duration: Duration) { time.withLock { $0 += duration } }

    /// Those of a server whose deadlines go by this clock.
    var settings: HTTPSettings {
        var settings = HTTPSettings()
        settings.clock = { self.now }
        return settings
    }
}
