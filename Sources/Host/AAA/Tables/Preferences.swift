/// The system preferences that `radius` obeys.
package struct Preferences: Sendable, Hashable {
    /// Acct-Interim-Interval before jitter. RFC 2869 section 5.16: not under 60, better not under 600.
    package var interimSeconds: UInt32 = 600
    /// Up to this much is taken off, differently for each session, so that a mass reconnect does not report in step.
    package var interimJitterPercent: UInt32 = 10
    /// Session-Timeout ends a session at the expiry.
    package var hardCut = true
    /// How far two computed session starts may lie apart and still be one session.
    package var sessionMatchToleranceSeconds: Int64 = 5
    /// Rows in `radius_logs` a second, of accepts and of rejects each; 0 for none at all.
    package var loginLogRate = LoginLog.usualRate

    /// How long an Access-Reject waits; 0 sends it at once.
    package var rejectDelayMilliseconds: UInt64 = 1000
    package var guardLimits = GuardLimits()
    /// What is left out on all nodes; from a table of its own.
    package var emergency = EmergencySkip.none

    /// A session not heard of for this long is suspect.
    package var silenceSeconds: Int64 { Int64(interimSeconds) * 3 }

    package static let interimFloorSeconds: UInt32 = 60

    package init() {}

    package init(_ stored: [String: String]) {
        self.init()
        if let seconds = stored["radius_interim_update_seconds"].flatMap({ UInt32($0) }) {
            interimSeconds = max(Preferences.interimFloorSeconds, seconds)
        }
        if let percent = stored["interim_jitter_percent"].flatMap({ UInt32($0) }) {
            interimJitterPercent = min(50, percent)
        }
        if let cut = stored["session_hard_cut"] { hardCut = ["on", "true", "yes", "1"].contains(cut) }
        if let seconds = stored["session_match_tolerance_seconds"].flatMap({ Int64($0) }) {
            sessionMatchToleranceSeconds = max(0, seconds)
        }
        if let rate = stored["radius_log_rate"].flatMap({ Int($0) }) { loginLogRate = max(0, rate) }
        readNight(stored)
    }

    private mutating func readNight(_ stored: [String: String]) {
        if let milliseconds = stored["reject_delay_milliseconds"].flatMap({ UInt64($0) }) {
            rejectDelayMilliseconds = min(RejectDelay.longestMilliseconds, milliseconds)
        }
        if let seconds = stored["cached_reject_seconds"].flatMap({ UInt32($0) }) {
            guardLimits.repeatSeconds = min(300, seconds)
            if seconds == 0 { guardLimits.repeatsAfter = 0 }
        }
        if let guesses = stored["login_guesses_per_minute"].flatMap({ UInt16($0) }) {
            guardLimits.guessesPerMinute = min(600, guesses)
        }
    }

    /// The interval of one session: never under the floor, jittered by `seed`.
    package func interim(seed: UInt64) -> UInt32 {
        let span = UInt64(interimSeconds) * UInt64(interimJitterPercent) / 100
        let jitter = span == 0 ? 0 : UInt32(seed % (span + 1))
        return max(Preferences.interimFloorSeconds, interimSeconds - jitter)
    }
}
