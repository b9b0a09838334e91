import Glibc

/// One instant on both clocks, taken once a batch and passed in.
package struct Moment: Sendable, Hashable {
    /// Seconds since 1970.
    package var wall: Int64
    /// Milliseconds of a clock that never goes back.
    package var monotonic: UInt64
    /// The same in microseconds, for durations.
    package var microseconds: Int64

    package init(wall: Int64, monotonic: UInt64) {
        self.wall = wall
        self.monotonic = monotonic
        microseconds = Int64(monotonic) * 1000
    }

    package static func now() -> Moment {
        var wall = timespec()
        var monotonic = timespec()
        clock_gettime(CLOCK_REALTIME, &wall)
        clock_gettime(CLOCK_MONOTONIC, &monotonic)
        var moment = Moment(
            wall: Int64(wall.tv_sec), monotonic: UInt64(monotonic.tv_sec) * 1000 + UInt64(monotonic.tv_nsec) / 1_000_000
        )
        moment.microseconds = Int64(monotonic.tv_sec) * 1_000_000 + Int64(monotonic.tv_nsec) / 1000
        return moment
    }

    /// Microseconds of the monotonic clock, for durations.
    package static func microseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }
}
