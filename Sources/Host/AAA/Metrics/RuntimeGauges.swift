/// What the runtime itself knows for the metrics page.
enum RuntimeGauges {
    static func register(
        _ gauges: Gauges, _ policy: LivePolicy, _ sessions: LiveSessions,
        waiting: @escaping @Sendable () -> Int, _ log: LoginLog
    ) {
        let put = { (name: String, read: @escaping @Sendable () -> Double?) in
            let family = MetricCatalogue.radius(name)
            gauges.register(name, family.help, unit: family.unit, shape: family.shape, read)
        }
        put("nas") { Double(policy.read { $0.nas.count }) }
        put("subscribers") { Double(policy.read { $0.subscribers.count }) }
        put("sessions_counted") { Double(sessions.count) }
        put("accounting_waiting") { Double(waiting()) }
        put("login_log_waiting") { Double(log.waiting) }
        put("login_log_overflow") { Double(log.overflow) }
    }
}
