/// The topics that can be listened to.
package enum EventTopic {
    /// Topic, or its beginning where it ends with a dot, and the permission that it needs; nil for none of its own.
    static let all: [(name: String, permission: String?)] = [
        ("subscriber.changed", "subscribers.view"), ("nas.changed", "nas.view"), ("service.changed", "services.view"),
        ("alarm.changed", "alarms.view"), ("session.started", "sessions.view"), ("session.stopped", "sessions.view"),
        ("log.login", "radius_log.view"), ("stats", "dashboard.view"), ("ui.changed", nil),
        // Who may watch a job is asked of each job.
        ("job.", nil),
    ]

    /// Those that are told from the change feed: of them nothing is missed, and webhooks can have them.
    static let durable = ["subscriber.changed", "nas.changed", "service.changed", "alarm.changed", "job."]

    static func isDurable(_ topic: String) -> Bool {
        durable.contains { $0 == topic || $0.hasSuffix(".") && topic.hasPrefix($0) }
    }

    /// The permission of a topic; nil when it needs none.
    static func permission(of topic: String) -> String? {
        all.first { $0.name == topic || $0.name.hasSuffix(".") && topic.hasPrefix($0.name) }?.permission
    }

    /// Whether a wish covers a topic: it is the same, or ends with a star behind its beginning.
    package static func covers(_ wish: String, _ topic: String) -> Bool {
        wish.last == "*" ? topic.utf8.starts(with: wish.dropLast().utf8) : wish == topic
    }

    /// Whether a wish can ever be met.
    package static func isKnown(_ wish: String, durableOnly: Bool = false) -> Bool {
        let names = durableOnly ? durable : all.map(\.name)
        return names.contains { name in
            if wish == "*" { return true }
            if wish.last == "*" {
                let start = wish.dropLast()
                return name.hasPrefix(start) || name.hasSuffix(".") && start.hasPrefix(name)
            }
            return name == wish
                || name.hasSuffix(".") && wish.hasPrefix(name) && Int64(wish.dropFirst(name.count)) != nil
        }
    }
}
