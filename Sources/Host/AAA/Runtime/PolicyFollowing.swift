import Store

/// The live policy loaded from the database and kept up to date by its change feed.
enum PolicyFollowing {
    /// Loads everything before it returns.
    static func start(
        _ settings: RadiusRuntime.Settings, _ connection: Connection, _ policy: LivePolicy, _ counters: Counters,
        _ guardian: LoginGuard
    ) throws -> FeedFollower {
        let cursor = try ChangeFeed.now(connection)
        try readAll(settings, connection, policy, counters)
        guardian.set(policy.read { $0.preferences.guardLimits })
        let reactions = FeedFollower.Reactions(
            changed: { connection, keys in
                var reader = reader(settings, connection, counters)
                for (topic, keys) in keys { try reader.apply(topic: topic, keys: keys, to: policy) }
                guardian.set(policy.read { $0.preferences.guardLimits })
                report(reader.problems, settings)
            },
            reload: { try readAll(settings, $0, policy, counters) })
        return try FeedFollower(settings.database, from: cursor, reactions, log: settings.log)
    }

    private static func readAll(
        _ settings: RadiusRuntime.Settings, _ connection: Connection, _ policy: LivePolicy, _ counters: Counters
    ) throws {
        var reader = reader(settings, connection, counters)
        let tables = try reader.readAll()
        policy.change { $0 = tables }
        report(reader.problems, settings)
    }

    private static func reader(
        _ settings: RadiusRuntime.Settings, _ connection: Connection, _ counters: Counters
    ) -> PolicyReader {
        PolicyReader(
            connection, dictionary: settings.dictionary, vault: settings.vault, counters: counters)
    }

    private static func report(_ problems: [String], _ settings: RadiusRuntime.Settings) {
        for problem in problems.prefix(20) { settings.log(problem) }
        if problems.count > 20 { settings.log("and \(problems.count - 20) more like these") }
    }
}
