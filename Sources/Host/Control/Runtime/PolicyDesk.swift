import AAA
package import Dictionary
package import Policy
package import Store

/// Keeps the compiled policy in the database in step with the services, and empties the inbox of passwords: everything
/// at start, then what changes.
package final class PolicyDesk: Sendable {
    private let follower: FeedFollower

    /// Publishes what the dialects say and every plan, then follows the change feed.
    package init(
        _ database: ConnectionSettings, dialects: [LoadedDialect], dictionary: AttributeDictionary,
        inbox: PasswordInbox, plugins: PluginDesk? = nil, log: @escaping @Sendable (String) -> Void
    ) throws {
        let compiler = PolicyCompiler(
            dialects: dialects, dictionary: dictionary, isOpen: { plugins?.doors.isOpen($0) ?? true })
        let connection = try Connection(database)
        let cursor = try ChangeFeed.now(connection)
        try DialectPublisher.publish(connection, dialects)
        try PolicyDesk.publish(connection, compiler, services: nil, log)
        try inbox.empty(connection)
        let reactions = FeedFollower.Reactions(
            changed: { connection, keys in
                if keys[PasswordInbox.topic] != nil { try inbox.empty(connection) }
                if keys["plugin_states"] != nil {
                    try plugins?.refresh(connection)
                    return try PolicyDesk.publish(connection, compiler, services: nil, log)
                }
                guard let services = keys["services"] else { return }
                try PolicyDesk.publish(connection, compiler, services: services, log)
            },
            reload: { connection in
                try inbox.empty(connection)
                try PolicyDesk.publish(connection, compiler, services: nil, log)
            })
        follower = try FeedFollower(database, from: cursor, reactions, log: log)
    }

    package func stop() { follower.stop() }

    private static func publish(
        _ connection: Connection, _ compiler: PolicyCompiler, services: [Int64]?, _ log: @Sendable (String) -> Void
    ) throws {
        let problems = try PolicyPublisher(connection, compiler).publish(services: services)
        // Dialects that no NAS speaks are nobody's trouble; `service show` tells of them.
        let spoken = Set(
            try connection.query("select distinct dialect from nas_devices where deleted_at is null").map { $0.text(0) }
        )
        for problem in problems where spoken.contains(problem.dialect) {
            log("a plan has no reply: \(problem.description)")
        }
    }
}
