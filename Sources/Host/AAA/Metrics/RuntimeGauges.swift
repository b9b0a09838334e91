/// What the runtime itself knows for the metrics page.
enum RuntimeGauges {
    static func register(
        _ gauges: Gauges, _ policy: LivePolicy, _ sessions: LiveSessions,
        waiting: @escaping @Sendable () -> Int,
        _ log: LoginLog, _ following: PolicyFollowing
    ) {
        ProcessFacts.register(gauges)
        gauges.register("nas") { Double(policy.read { $0.nas.count }) }
        gauges.register("subscribers") { Double(policy.read { $0.subscribers.count }) }
        gauges.register("sessions_counted") { Double(sessions.count) }
        gauges.register("accounting_waiting") { Double(waiting()) }
        gauges.register("feed_age_seconds") { [follower = following.follower] in follower.ageSeconds }
        gauges.register("snapshot_age_seconds") { following.snapshotAgeSeconds }
        gauges.register("login_log_waiting") { Double(log.waiting) }
        gauges.register("login_log_overflow") { Double(log.overflow) }
    }
}
