import PluginAPI
import Store

/// One round of telling a plugin what it has not heard.
struct PluginHearing {
    let plugin: String
    let topics: [String]
    let events: any Events
    let calls: PluginCalls

    /// The feed's names of what plugins hear of.
    private static let names = [
        "subscribers": "subscriber.changed", "services": "service.changed", "nas_devices": "nas.changed",
        "system_preferences": "preferences.changed",
    ]

    /// Tells what was committed since the last round, and notes that it was heard. Throws what the plugin throws; then
    /// nothing is noted. Another process that tells the same plugin meanwhile has this one do nothing.
    func round(_ connection: Connection) throws {
        let lock = Parameter.text("tollkeeper plugin events \(plugin)")
        guard try connection.query("select pg_try_advisory_lock(hashtext($1))", [lock])[0].bool(0) else { return }
        defer { _ = try? connection.query("select pg_advisory_unlock(hashtext($1))", [lock]) }
        let (answer, cursor) = try ChangeFeed.next(try cursor(connection), connection)
        let told = PluginHearing.events(answer, topics)
        for event in told {
            let events = events
            try calls.call(plugin, isWorker: false) { try await events.hear(event) }
        }
        var isIdle = false
        if case .changes(let changes) = answer { isIdle = changes.isEmpty }
        // When nothing happens the place is noted all the same now and then, since the feed forgets after a day.
        try connection.query(
            """
            update plugin_ears set cursor = $2, heard_at = now()
             where plugin = $1 and (not $3::bool or heard_at < now() - interval '1 hour')
            """, [.text(plugin), .text(cursor.snapshot), .bool(isIdle)])
    }

    /// What of an answer of the feed is told.
    static func events(_ answer: ChangeFeed.Answer, _ topics: [String]) -> [PluginEvent] {
        guard case .changes(let changes) = answer else { return [PluginEvent("reload", key: 0)] }
        return changes.compactMap { change in
            guard let topic = names[change.topic], topics.contains(topic) else { return nil }
            return PluginEvent(topic, key: Int64(change.key))
        }
    }

    /// Where it stands; a plugin that is new begins now.
    private func cursor(_ connection: Connection) throws -> ChangeFeed.Cursor {
        if let row = try connection.query("select cursor from plugin_ears where plugin = $1", [.text(plugin)]).first {
            return ChangeFeed.Cursor(snapshot: row.text(0))
        }
        let now = try ChangeFeed.now(connection)
        try connection.query(
            "insert into plugin_ears (plugin, cursor) values ($1, $2) on conflict do nothing",
            [.text(plugin), .text(now.snapshot)])
        return now
    }
}
