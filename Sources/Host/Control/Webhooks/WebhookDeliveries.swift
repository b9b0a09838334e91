import Store

/// What webhooks are owed, in the table: taken with a time limit, sent, ticked off. Who falls in between leaves it to be
/// sent again.
enum WebhookDeliveries {
    /// After so long a delivery is given up.
    private static let patience: Int64 = 86_400_000_000
    private static let longestWait: Int64 = 3 * 3_600_000_000
    private static let alarm = "webhook-disabled"

    struct Taken: Sendable {
        let id: Int64
        let webhook: Int64
        let topic: String
        let payload: String
        let url: String
        let sealed: [UInt8]
    }

    static func allowsPrivate(_ connection: Connection) throws -> Bool {
        try connection.query(
            """
            select exists (select from system_preferences
                            where tenant_id = 1 and name = 'webhook_private_addresses' and value = 'on')
            """)[0].bool(0)
    }

    /// Up to twenty that are due: of a webhook that answers up to ten, of one that does not one, so that nobody waits
    /// long for those that are away. Each is due again in five minutes, should nobody tick it off.
    static func take(_ connection: Connection, now: Int64) throws -> [Taken] {
        let rows = try connection.query(
            """
            with oldest as (
              select id, webhook_id from webhook_deliveries where state = 'pending' and next_at <= $1
               order by next_at limit 1000
            ), due as (
              select o.id, row_number() over (partition by o.webhook_id order by o.id) as place,
                     w.failing_since is null as is_well
                from oldest o join webhooks w on w.id = o.webhook_id where w.is_active
            ), locked as (
              select id from webhook_deliveries
               where id in (select id from due where place <= case when is_well then 10 else 1 end order by id limit 20)
                 and state = 'pending' and next_at <= $1 for update skip locked
            )
            update webhook_deliveries d set attempts = attempts + 1, next_at = $2 from locked l, webhooks w
             where d.id = l.id and w.id = d.webhook_id
            returning d.id, d.webhook_id, d.topic, d.payload, w.url, w.secret_sealed
            """, [.timestamp(now), .timestamp(now + 300_000_000)])
        return rows.compactMap { row in
            guard let sealed = row.optionalBytes(5) else { return nil }
            return Taken(
                id: Int64(row.int(0)), webhook: Int64(row.int(1)), topic: row.text(2), payload: row.text(3),
                url: row.text(4), sealed: sealed)
        }.sorted { $0.id < $1.id }
    }

    static func delivered(_ taken: Taken, status: Int, _ connection: Connection, now: Int64) throws {
        try connection.pipeline([
            Statement(
                """
                update webhook_deliveries set state = 'delivered', delivered_at = $2, last_status = $3, last_error = null
                 where id = $1
                """, [.int(taken.id), .timestamp(now), .int(status)]),
            Statement(
                "update webhooks set failing_since = null where id = $1 and failing_since is not null",
                [.int(taken.webhook)]),
        ])
    }

    /// Notes why it was not taken. A webhook that has taken nothing for days is switched off, with an alarm.
    static func failed(_ taken: Taken, status: Int?, _ reason: String, _ connection: Connection, now: Int64) throws {
        try connection.transaction { () throws in
            try connection.query(
                """
                update webhook_deliveries
                   set last_status = $2, last_error = $3,
                       next_at = $4::timestamptz + least($5::bigint, 10000000 * 2 ^ least(attempts - 1, 20)) * interval '1 microsecond',
                       state = case when created_at < $6::timestamptz then 'given-up' else state end
                 where id = $1
                """,
                [
                    .int(taken.id), Parameter(status), .text(reason), .timestamp(now), .int(longestWait),
                    .timestamp(now - patience),
                ])
            let rows = try connection.query(
                """
                update webhooks set failing_since = coalesce(failing_since, $2) where id = $1
                returning failing_since < $2::timestamptz - coalesce((
                  select value::int from system_preferences
                   where tenant_id = 1 and name = 'webhook_disable_days' and value ~ '^[1-9][0-9]{0,3}$'), 3) * interval '1 day',
                  name, is_active
                """, [.int(taken.webhook), .timestamp(now)])
            guard let row = rows.first, row.bool(0), row.bool(2) else { return }
            try disable(taken.webhook, row.text(1), reason, connection)
        }
    }

    private static func disable(_ id: Int64, _ name: String, _ reason: String, _ connection: Connection) throws {
        try connection.query(
            "update webhooks set is_active = false, disabled_reason = $2 where id = $1",
            [.int(id), .text("it took nothing for days; last: \(reason)")])
        try connection.query(
            """
            update webhook_deliveries set state = 'given-up', last_error = 'the webhook was switched off'
             where webhook_id = $1 and state = 'pending'
            """, [.int(id)])
        try connection.query(
            """
            insert into alarms (kind, subject, message) values ($1, $2, $3)
            on conflict (tenant_id, kind, subject) where cleared_at is null do update set message = excluded.message
            """,
            [
                .text(alarm), .text("webhook \(id)"),
                .text("the webhook `\(name)` took nothing for days and was switched off: \(reason)"),
            ])
        try Audit.write(connection, .system, action: "disable", kind: "webhook", id: id, name: name)
    }

    static func clearAlarm(_ connection: Connection, _ id: Int64) throws {
        try connection.query(
            "update alarms set cleared_at = now() where kind = $1 and subject = $2 and cleared_at is null",
            [.text(alarm), .text("webhook \(id)")])
    }
}
