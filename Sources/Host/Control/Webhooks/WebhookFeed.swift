import HTTP
import Store

/// Makes deliveries of what the change feed says, once: they, and how far the feed was read, are one transaction.
struct WebhookFeed {
    let connection: Connection
    let identity: Identity

    /// A round; gives how many deliveries it made. Another server's round in progress is left to it.
    ///
    /// - advances: notes how far it is even when there was nothing.
    func step(advances: Bool) throws -> Int {
        try connection.transaction { () throws -> Int in
            let rows = try connection.query("select snapshot from webhook_cursor for update skip locked")
            guard let row = rows.first else { return 0 }
            let hooks = try connection.query(
                "select id, topics, operator_id, reseller_path from webhooks where is_active order by id")
            if hooks.isEmpty {
                // Nobody listens: what happens till somebody does is not told.
                if !row.isNull(0) { try connection.query("update webhook_cursor set snapshot = null") }
                return 0
            }
            guard let known = row.optionalText(0) else {
                try note(try ChangeFeed.now(connection))
                return 0
            }
            let (answer, next) = try ChangeFeed.next(.init(snapshot: known), connection)
            var made = 0
            switch answer {
            case .reload:
                for hook in hooks { made += try add(Int64(hook.int(0)), [Event("reset", [], .everyone)]) }
            case .changes(let changes):
                if changes.isEmpty, !advances { return 0 }
                let events = try FeedEvents.make(changes, connection)
                for hook in hooks { made += try tell(hook, events) }
            }
            try note(next)
            return made
        }
    }

    private func note(_ cursor: ChangeFeed.Cursor) throws {
        try connection.query("update webhook_cursor set snapshot = $1", [.text(cursor.snapshot)])
    }

    private func tell(_ hook: Row, _ events: [Event]) throws -> Int {
        let id = Int64(hook.int(0))
        guard let owner = try owner(Int64(hook.int(2)), path: hook.text(3)) else {
            try connection.query(
                "update webhooks set is_active = false, disabled_reason = 'its owner may no longer sign in' where id = $1",
                [.int(id)])
            return 0
        }
        let listener = EventListener(hook.textArray(1), owner, lastEventID: nil, sink: { _, _, _ in true }, ended: {})
        return try add(id, events.filter { EventTopic.isDurable($0.topic) && listener.hears($0) })
    }

    /// What the owner may see today; nil when he is gone, switched off or of another reseller.
    private func owner(_ id: Int64, path: String) throws -> Principal? {
        guard let holder = try identity.holder(id), holder.isUsable, holder.scope.path == path else { return nil }
        return Principal(
            kind: .operator, id: holder.id, name: holder.username, tenant: holder.tenant,
            permissions: holder.permissions, scope: holder.scope, credential: .token(0))
    }

    private func add(_ hook: Int64, _ events: [Event]) throws -> Int {
        if events.isEmpty { return 0 }
        let payloads = events.map {
            JSON.object([("topic", .text($0.topic)), ("data", .raw($0.json))]).text
        }
        return try connection.query(
            """
            insert into webhook_deliveries (webhook_id, topic, payload)
            select $1, t.topic, t.payload from unnest($2::text[], $3::text[]) with ordinality as t(topic, payload, place)
             order by t.place
            """, [.int(hook), .textArray(events.map(\.topic)), .textArray(payloads)]
        ).affected
    }
}
