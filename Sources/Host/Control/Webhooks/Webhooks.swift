package import Store

/// Webhooks as integrators keep them. Everybody sees those of his own scope.
package struct Webhooks {
    package typealias Sealer = (_ plain: [UInt8], _ place: String) throws -> [UInt8]

    package struct Draft: Sendable {
        package var name: String
        package var url: String
        package var topics: [String]
        package var isActive: Bool

        package init(name: String, url: String, topics: [String], isActive: Bool = true) {
            self.name = name
            self.url = url
            self.topics = topics
            self.isActive = isActive
        }
    }

    private let connection: Connection
    private let viewer: Principal
    private let actor: Actor
    private let seal: Sealer

    package init(_ connection: Connection, viewer: Principal, actor: Actor, seal: @escaping Sealer) {
        self.connection = connection
        self.viewer = viewer
        self.actor = actor
        self.seal = seal
    }

    /// Makes one that hears what its owner, the viewer, may hear. The secret is given here and never again.
    package func create(_ draft: Draft) throws -> (id: Int64, secret: String) {
        try check(draft)
        return try connection.transaction { () throws -> (id: Int64, secret: String) in
            let id = Int64(try connection.reserveIDs("webhooks", 1)[0])
            let secret = Webhooks.makeSecret()
            try refusingTakenName(draft.name) {
                try connection.query(
                    """
                    insert into webhooks (id, name, url, topics, is_active, operator_id, reseller_path, secret_sealed)
                    values ($1, $2, $3, $4, $5, $6, $7, $8)
                    """,
                    [
                        .int(id), .text(draft.name), .text(draft.url), .textArray(draft.topics), .bool(draft.isActive),
                        .int(viewer.id), .text(viewer.scope.path),
                        .bytes(try seal(Array(secret.utf8), Webhooks.place(id))),
                    ])
            }
            try audit("add", id, draft.name, before: nil)
            return (id, secret)
        }
    }

    /// - version: that the change was made of; nil takes any.
    package func change(_ id: Int64, _ draft: Draft, version: Int64?) throws {
        try check(draft)
        try changing(id, version: version, "set") {
            try refusingTakenName(draft.name) {
                try connection.query(
                    """
                    update webhooks set name = $2, url = $3, topics = $4, is_active = $5,
                                        disabled_reason = case when $5 then null else disabled_reason end,
                                        failing_since = case when $5 then null else failing_since end
                     where id = $1
                    """,
                    [
                        .int(id), .text(draft.name), .text(draft.url), .textArray(draft.topics), .bool(draft.isActive),
                    ])
            }
            if draft.isActive { try WebhookDeliveries.clearAlarm(connection, id) }
        }
    }

    /// Gives it a new secret, in force at once, and returns it this once.
    package func renewSecret(_ id: Int64) throws -> String {
        let secret = Webhooks.makeSecret()
        try changing(id, version: nil, "secret") {
            try connection.query(
                "update webhooks set secret_sealed = $2 where id = $1",
                [.int(id), .bytes(try seal(Array(secret.utf8), Webhooks.place(id)))])
        }
        return secret
    }

    /// Removes it with what it is still owed.
    package func remove(_ id: Int64) throws {
        try changing(id, version: nil, "remove") {
            try WebhookDeliveries.clearAlarm(connection, id)
            try connection.query("delete from webhooks where id = $1", [.int(id)])
        }
    }

    /// Sends a delivery once more, whatever became of it.
    package func redeliver(_ delivery: Int64) throws {
        let rows = try connection.query("select webhook_id from webhook_deliveries where id = $1", [.int(delivery)])
        guard let row = rows.first, (try? find(Int64(row.int(0)))) != nil else {
            throw RecordRefusal("there is no delivery \(delivery)", code: "not_found")
        }
        try connection.transaction { () throws in
            try connection.query(
                """
                update webhook_deliveries set state = 'pending', attempts = 0, next_at = now(), created_at = now(),
                                              delivered_at = null
                 where id = $1
                """, [.int(delivery)])
            try Audit.write(connection, actor, action: "redeliver", kind: "webhook", id: Int64(row.int(0)), name: nil)
        }
    }

    /// Sends a `ping`, so that an integrator sees whether it arrives; returns the delivery's id.
    package func ping(_ id: Int64) throws -> Int64 {
        try connection.transaction { () throws -> Int64 in
            let hook = try find(id)
            let rows = try connection.query(
                "insert into webhook_deliveries (webhook_id, topic, payload) values ($1, 'ping', $2) returning id",
                [.int(id), .text(#"{"topic":"ping","data":{}}"#)])
            try Audit.write(connection, actor, action: "ping", kind: "webhook", id: id, name: hook.name)
            return Int64(rows[0].int(0))
        }
    }

    static func place(_ id: Int64) -> String { "webhooks/\(id)/secret" }

    private func check(_ draft: Draft) throws {
        let url = try WebhookURL(draft.url)
        if let literal = OutsideAddress.read(url.host), !OutsideAddress.isOutside(literal),
            !(try WebhookDeliveries.allowsPrivate(connection))
        {
            throw RecordRefusal(
                "\(url.host) is not out on the internet", hint: "the preference webhook_private_addresses allows it",
                code: "private_address")
        }
        guard !draft.topics.isEmpty else { throw RecordRefusal("a webhook needs a topic", code: "unknown_topic") }
        for topic in draft.topics where !EventTopic.isKnown(topic, durableOnly: true) {
            throw RecordRefusal(
                "there is no topic `\(topic)` for webhooks",
                hint: "there are \(EventTopic.durable.joined(separator: ", "))",
                code: "unknown_topic")
        }
    }

    private func changing(_ id: Int64, version: Int64?, _ action: String, _ body: () throws -> Void) throws {
        try connection.transaction { () throws in
            let before = try find(id)
            if let version, version != before.version {
                throw RecordRefusal(
                    "someone else changed this in the meantime", hint: "look at it again", code: "version_mismatch")
            }
            try body()
            try audit(action, id, before.name, before: before.image)
        }
    }

    /// Locked. One of another scope is not there.
    private func find(_ id: Int64) throws -> (name: String, version: Int64, image: String) {
        let rows = try connection.query(
            "select name, version, to_jsonb(w)::text, reseller_path from webhooks w where id = $1 for update",
            [.int(id)])
        guard let row = rows.first, viewer.scope.contains(row.text(3)) else {
            throw RecordRefusal("there is no webhook \(id)", code: "not_found")
        }
        return (row.text(0), Int64(row.int(1)), row.text(2))
    }

    private func audit(_ action: String, _ id: Int64, _ name: String, before: String?) throws {
        let after = try connection.query("select to_jsonb(w)::text from webhooks w where id = $1", [.int(id)])
        try Audit.write(
            connection, actor, action: action, kind: "webhook", id: id, name: name, before: before,
            after: after.first?.text(0))
    }

    private func refusingTakenName(_ name: String, _ body: () throws -> Void) throws {
        do { try body() } catch let error as StoreError {
            guard error.constraint == "webhooks_name" else { throw error }
            throw RecordRefusal("there is a webhook `\(name)` already", code: "name_taken")
        }
    }

    /// 256 bits.
    private static func makeSecret() -> String { "whs_" + WebhookSignature.hex(Digest.random(32)) }
}
