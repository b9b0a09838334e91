/// Whether a plugin is called at all: so many calls at once, and none for a while after it was late again and again.
/// Pure; times are seconds of any clock.
struct PluginBreaker: Equatable {
    struct Limits: Sendable {
        /// Calls at once, those that were given up included until they really end.
        var atOnce = 2
        /// Late ones in a row before calls are refused.
        var patience = 3
        /// For how long.
        var pauseSeconds: Double = 60
    }

    enum Refusal: Equatable {
        /// As many run as may.
        case busy
        /// It was late too often; seconds until the next try.
        case paused(Double)
    }

    private(set) var running = 0
    private var lateInARow = 0
    private var pausedUntil: Double?

    /// nil: go on; `leave` follows when the call ends.
    mutating func enter(now: Double, _ limits: Limits) -> Refusal? {
        if let until = pausedUntil {
            if now < until { return .paused(until - now) }
            // One try; the others wait for what becomes of it.
            if running > 0 { return .busy }
            pausedUntil = now + limits.pauseSeconds
        }
        guard running < limits.atOnce else { return .busy }
        running += 1
        return nil
    }

    /// The caller gave up waiting; the call goes on by itself.
    mutating func isLate(now: Double, _ limits: Limits) {
        lateInARow += 1
        if lateInARow >= limits.patience { pausedUntil = now + limits.pauseSeconds }
    }

    /// - inTime: whether somebody still waited for it.
    mutating func leave(inTime: Bool) {
        running -= 1
        guard inTime else { return }
        lateInARow = 0
        pausedUntil = nil
    }
}
