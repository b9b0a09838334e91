/// When a fallen process is started again: at once, then later and later, and back to at once after it has stood.
struct RestartPolicy {
    static let longest = Duration.seconds(10)
    /// A process that stood this long has not fallen for the same reason as before.
    static let standing = Duration.seconds(60)
    /// This many falls in a row are a crash loop, which is reported as an error.
    static let loop = 5

    private(set) var falls = 0

    struct Decision: Equatable {
        let delay: Duration
        let isCrashLoop: Bool
    }

    /// What to do about a fall after `uptime`.
    mutating func fell(after uptime: Duration) -> Decision {
        falls = uptime >= RestartPolicy.standing ? 1 : falls + 1
        let delay = falls == 1 ? .zero : min(RestartPolicy.longest, .milliseconds(100) * (1 << min(falls - 2, 10)))
        return Decision(delay: delay, isCrashLoop: falls >= RestartPolicy.loop)
    }
}
