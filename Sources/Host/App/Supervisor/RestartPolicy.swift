/// When a fallen process is started again: at once, then later and later, and back to at once after it has stood.
struct RestartPolicy {
    static let longest = Duration.seconds(10)
    /// A process that stood this long has not fallen for the same reason as before.
    static let standing = Duration.seconds(60)
    /// This many falls in a row are a crash loop, which is reported as an error.
    static let loop = 5
    /// A process that worked this long and then ended well did so because it was asked to.
    static let working = Duration.seconds(5)
    /// So many good ends sooner than that, one after the other, are no falls yet: plugins changed twice in a moment.
    static let earlyEnds = 3

    private(set) var falls = 0
    private var early = 0

    struct Decision: Equatable {
        let delay: Duration
        let isCrashLoop: Bool
    }

    /// Whether a good end of one that was ready for `working` is to be followed by a start at once; else it is a fall.
    mutating func maySimplyStart(after working: Duration) -> Bool {
        early = working >= RestartPolicy.working ? 0 : early + 1
        return early <= RestartPolicy.earlyEnds
    }

    /// What to do about a fall after `uptime`.
    mutating func fell(after uptime: Duration) -> Decision {
        falls = uptime >= RestartPolicy.standing ? 1 : falls + 1
        let delay = falls == 1 ? .zero : min(RestartPolicy.longest, .milliseconds(100) * (1 << min(falls - 2, 10)))
        return Decision(delay: delay, isCrashLoop: falls >= RestartPolicy.loop)
    }
}
