import AAA
package import Dictionary
package import Policy
package import Store

/// Keeps the compiled policy in the database in step with the services: everything at start, then what changes.
package final class PolicyDesk: Sendable {
    private let follower: FeedFollower

    /// Publishes what the dialects say and every plan, then follows the change feed.
    package init(
        _ database: ConnectionSettings, dialects: [LoadedDialect], dictionary: AttributeDictionary,
        log: @escaping @Sendable (String) -> Void
    ) throws {
        let compiler = PolicyCompiler(dialects: dialects, dictionary: dictionary)
        let connection = try Connection(database)
        let cursor = try ChangeFeed.now(connection)
        try DialectPublisher.publish(connection, dialects)
        try PolicyDesk.publish(connection, compiler, services: nil, log)
        let reactions = FeedFollower.Reactions(
            changed: { connection, keys in
                guard let services = keys["services"] else { return }
                try PolicyDesk.publish(connection, compiler, services: services, log)
            },
            reload: { try PolicyDesk.publish($0, compiler, services: nil, log) })
        follower = try FeedFollower(database, from: cursor, reactions, log: log)
    }

    package func stop() { follower.stop() }

    private static func publish(
        _ connection: Connection, _ compiler: PolicyCompiler, services: [Int64]?, _ log: @Sendable (String) -> Void
    ) throws {
        let publisher = PolicyPublisher(connection, compiler)
        for problem in try publisher.publish(services: services) { log("a plan has no reply: \(problem)") }
    }
}
