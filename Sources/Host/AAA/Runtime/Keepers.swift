/// The threads that write down what the data plane noted, and what they know for the metrics page.
struct Keepers {
    private let notes: NoteKeeper
    private let logins: LoginLogKeeper

    init(
        _ watched: Watched, _ settings: RadiusRuntime.Settings, _ notebook: Notebook, _ policy: LivePolicy,
        _ follower: FeedFollower
    ) {
        notes = NoteKeeper(
            settings.database, notebook, watched.counters, tellAway: settings.tellAway, log: settings.log)
        logins = LoginLogKeeper(
            settings.database, watched.loginLog, watched.counters, events: notebook, node: settings.node,
            rate: { policy.read { $0.preferences.loginLogRate } }, feedAge: { follower.ageSeconds },
            log: settings.log)
        watched.health.register("database") {
            let age = follower.ageSeconds
            return HealthBoard.Fact(age < FeedFollower.usualSeconds ? "up" : "away for \(Int(age)) s")
        }
    }

    /// Writes what waits and ends. The log goes first: its alarm is a note.
    func stop() {
        logins.stop()
        notes.stop()
    }
}

/// What is counted and told of one data plane.
package struct Watched: Sendable {
    package let counters = Counters()
    package let metrics = Metrics()
    /// Values that other parts register for the metrics page.
    package let gauges = Gauges()
    /// What other parts say of whether logins and accounting are served.
    package let health = HealthBoard()
    package let loginLog = LoginLog()

    package init() {}

    /// OpenMetrics lines, without the end mark.
    package func metricLines() -> [String] { MetricsPage.lines(counters, metrics, gauges) }
}
