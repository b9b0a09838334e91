package import Store

/// What is owed to a channel, in the table: taken with a time limit, told, ticked off. Who falls in between leaves it
/// to be told again.
package enum AlarmDeliveries {
    /// After so long a channel that never took an alarm is no longer told of it.
    static let patience = "3 days"

    /// Makes the table agree with the configuration: a new channel is owed the alarms that are open, one that is gone
    /// nothing any more.
    package static func register(_ channels: [String], _ connection: Connection) throws {
        try connection.pipeline([
            Statement(
                """
                with gone as (delete from alarm_channels where name <> all($1) returning name)
                update alarm_deliveries d set state = 'given-up', last_error = 'the channel is no longer configured'
                  from gone where d.channel = gone.name and d.state = 'pending'
                """, [.textArray(channels)]),
            Statement(
                """
                with new as (
                  insert into alarm_channels (name) select unnest($1::text[]) on conflict do nothing returning name)
                insert into alarm_deliveries (alarm_id, event, channel)
                select a.id, 'raised', new.name from alarms a, new where a.cleared_at is null
                on conflict do nothing
                """, [.textArray(channels)]),
        ])
    }

    /// Up to twenty that are due, in order for each alarm; each is due again later, should nobody tick it off.
    package static func take(_ channel: String, _ connection: Connection) throws -> [AlarmMessage] {
        let rows = try connection.query(
            """
            with due as (
              select id from alarm_deliveries p
               where state = 'pending' and channel = $1 and next_at <= now()
                 and not exists (select from alarm_deliveries e where e.alarm_id = p.alarm_id and e.channel = p.channel
                                    and e.state = 'pending' and e.id < p.id)
               order by id limit 20 for update skip locked
            ), taken as (
              update alarm_deliveries d
                 set attempts = attempts + 1, next_at = now() + least(300, 2 ^ least(attempts, 9)) * interval '1 second'
                from due where d.id = due.id returning d.id, d.event, d.alarm_id
            )
            select t.id, t.event, a.id, a.kind, a.subject, a.message,
                   to_char(a.raised_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                   to_char(a.cleared_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
              from taken t join alarms a on a.id = t.alarm_id order by t.id
            """, [.text(channel)])
        return rows.map { row in
            AlarmMessage(
                delivery: Int64(row.int(0)), event: row.text(1) == "raised" ? .raised : .cleared,
                alarm: Int64(row.int(2)), kind: row.text(3), subject: row.text(4), message: row.text(5),
                raisedAt: row.text(6), clearedAt: row.text(1) == "raised" ? nil : row.optionalText(7))
        }
    }

    package static func delivered(_ delivery: Int64, _ connection: Connection) throws {
        try connection.query(
            "update alarm_deliveries set state = 'delivered', delivered_at = now(), last_error = null where id = $1",
            [.int(delivery)])
    }

    /// Notes why it was not taken; whether it is given up.
    package static func failed(_ delivery: Int64, _ reason: String, _ connection: Connection) throws -> Bool {
        let rows = try connection.query(
            """
            update alarm_deliveries
               set last_error = $2,
                   state = case when created_at < now() - interval '\(patience)' then 'given-up' else state end
             where id = $1 returning state = 'given-up'
            """, [.int(delivery), .text(reason)])
        return rows.first?.bool(0) ?? false
    }
}
