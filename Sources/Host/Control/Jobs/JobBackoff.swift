/// How long a job that failed waits: 5 seconds, doubling up to an hour, and up to a quarter more, so that what failed
/// together does not come together again.
enum JobBackoff {
    /// Microseconds before the next run.
    ///
    /// - failures: so far, 1 at least.
    /// - random: 0 up to 1.
    static func microseconds(failures: Int, random: Double) -> Int64 {
        let seconds = min(3600, 5 << max(0, min(failures, 20) - 1))
        return Int64(Double(seconds) * (1 + random / 4) * 1_000_000)
    }
}
