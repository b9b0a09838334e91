/// What LoginGuard allows.
package struct GuardLimits: Sendable, Hashable {
    /// So many identical refusals within the window, and the next is given without looking; 0 never does.
    package var repeatsAfter: UInt8 = 3
    package var windowSeconds: UInt32 = 60
    /// For so long. Then one login is decided in full again.
    package var repeatSeconds: UInt32 = 30
    /// Wrong passwords of one user at one NAS; 0 sets no limit.
    package var guessesPerMinute: UInt16 = 10

    package init() {}
}

/// Moments and spans as the tables keep them: tenths of seconds, 32 bits of them (13 years of uptime).
typealias Tenths = UInt32

extension Tenths {
    /// - Parameter milliseconds: of a clock that never goes back.
    init(milliseconds: UInt64) { self = Tenths(truncatingIfNeeded: milliseconds / 100) }

    init(seconds: UInt32) { self = seconds &* 10 }

    /// In milliseconds.
    var milliseconds: UInt64 { UInt64(self) * 100 }
}
