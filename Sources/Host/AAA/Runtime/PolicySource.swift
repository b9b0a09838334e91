import Store

/// Reads the policy from the database into what is in force.
struct PolicySource: Sendable {
    let settings: RadiusRuntime.Settings
    let policy: LivePolicy
    let counters: Counters
    let guardian: LoginGuard

    func readAll(_ connection: Connection) throws {
        var reader = reader(connection)
        use(try reader.readAll())
        report(reader.problems)
    }

    func apply(_ keys: [String: [Int64]], _ connection: Connection) throws {
        var reader = reader(connection)
        for (topic, keys) in keys { try reader.apply(topic: topic, keys: keys, to: policy) }
        guardian.set(policy.read { $0.preferences.guardLimits })
        report(reader.problems)
    }

    func use(_ tables: consuming PolicyTables) {
        guardian.set(tables.preferences.guardLimits)
        policy.replace(with: tables)
    }

    private func reader(_ connection: Connection) -> PolicyReader {
        PolicyReader(connection, dictionary: settings.dictionary, vault: settings.vault, counters: counters)
    }

    private func report(_ problems: [String]) {
        for problem in problems.prefix(20) { settings.log(problem) }
        if problems.count > 20 { settings.log("and \(problems.count - 20) more like these") }
    }
}
