import PluginAPI
package import Store

/// Writes a page of notes: one statement a kind, over arrays.
package struct NotebookWriter {
    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    package func write(_ page: Notebook.Page) throws {
        var statements: [Statement] = []
        if !page.logins.isEmpty { statements.append(NotebookWriter.logins(page.logins)) }
        if !page.unknown.isEmpty { statements += NotebookWriter.unknown(page.unknown) }
        if !page.unknownOverflow.isEmpty { statements.append(NotebookWriter.overflow(page.unknownOverflow)) }
        if !page.macs.isEmpty { statements.append(NotebookWriter.macs(page.macs)) }
        if !page.latches.isEmpty { statements.append(NotebookWriter.latches(page.latches)) }
        if !page.heard.isEmpty { statements.append(NotebookWriter.heard(page.heard)) }
        statements += page.alarms.map(NotebookWriter.alarm)
        if !statements.isEmpty { try connection.pipeline(statements) }
    }

    private static func logins(_ events: [LoginEvent]) -> Statement {
        Statement(
            """
            insert into radius_logs (at, username, subscriber_id, nas_id, nas_ip, mac, outcome, reason, method,
                                     microseconds, detail)
            select at, username, subscriber_id, nas_id, nas_ip::inet, mac,
                   case when reason is null then 'accept' else 'reject' end, reason, method, microseconds, detail
              from unnest($1::timestamptz[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::text[],
                          $7::text[], $8::text[], $9::bigint[], $10::text[])
                   as u(at, username, subscriber_id, nas_id, nas_ip, mac, reason, method, microseconds, detail)
            """,
            [
                .timestampArray(events.map { $0.at * 1_000_000 }), .textArray(events.map { $0.username }),
                .intArray(events.map { $0.subscriberID }), .intArray(events.map { $0.nasID }),
                .textArray(events.map { $0.nasIP.description }), .textArray(events.map { $0.mac?.description }),
                .textArray(events.map { $0.reason?.rawValue }), .textArray(events.map { $0.method }),
                .intArray(events.map { $0.microseconds }), .textArray(events.map { $0.detail }),
            ])
    }

    /// One row a source; beyond 10,000 rows the longest silent go and are counted by network.
    private static func unknown(_ sources: [IPAddress: Notebook.UnknownSource]) -> [Statement] {
        let all = sources.sorted { $0.key < $1.key }
        let upsert = Statement(
            """
            insert into nas_unknown as n (source, packets, first_seen, last_seen, nas_identifier, last_code)
            select source::inet, packets, first, last, identifier, code
              from unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::bigint[])
                   as u(source, packets, first, last, identifier, code)
            on conflict (source) do update
               set packets = n.packets + excluded.packets, last_seen = excluded.last_seen,
                   nas_identifier = coalesce(excluded.nas_identifier, n.nas_identifier), last_code = excluded.last_code
            """,
            [
                .textArray(all.map { $0.key.description }), .intArray(all.map { Int64(clamping: $0.value.packets) }),
                .timestampArray(all.map { $0.value.first * 1_000_000 }),
                .timestampArray(all.map { $0.value.last * 1_000_000 }), .textArray(all.map { $0.value.identifier }),
                .intArray(all.map { Int64($0.value.code) }),
            ])
        let prune = Statement(
            """
            with gone as (
              delete from nas_unknown where source in (
                select source from nas_unknown order by last_seen desc offset 10000)
              returning source, packets
            )
            insert into nas_unknown_prefixes as p (prefix, sources, packets, last_seen)
            select network(set_masklen(source, case family(source) when 4 then 24 else 48 end)), count(*),
                   sum(packets), now() from gone group by 1
            on conflict (prefix) do update
               set sources = p.sources + excluded.sources, packets = p.packets + excluded.packets,
                   last_seen = excluded.last_seen
            """)
        return [upsert, prune]
    }

    private static func overflow(_ networks: [IPPrefix: UInt64]) -> Statement {
        let all = networks.map { ($0.key.description, Int64(clamping: $0.value)) }.sorted { $0.0 < $1.0 }
        return Statement(
            """
            insert into nas_unknown_prefixes as p (prefix, sources, packets, last_seen)
            select prefix::cidr, 0, packets, now() from unnest($1::text[], $2::bigint[]) as u(prefix, packets)
            on conflict (prefix) do update set packets = p.packets + excluded.packets, last_seen = excluded.last_seen
            """, [.textArray(all.map { $0.0 }), .intArray(all.map { $0.1 })])
    }

    /// The first MAC wins, also when two servers learn at once.
    private static func macs(_ macs: [Int64: MACAddress]) -> Statement {
        let all = macs.sorted { $0.key < $1.key }
        return Statement(
            """
            update subscribers s set mac_address = u.mac::macaddr, mac_binding = 'bound'
              from unnest($1::bigint[], $2::text[]) as u(id, mac)
             where s.id = u.id and s.mac_address is null and s.mac_binding = 'learn'
            """, [.intArray(all.map { $0.key }), .textArray(all.map { $0.value.description })])
    }

    private static func latches(_ nas: Set<Int64>) -> Statement {
        Statement(
            """
            update nas_devices set message_authenticator_latched_at = now()
             where id = any($1) and message_authenticator = 'auto' and message_authenticator_latched_at is null
            """, [.intArray(nas.sorted())])
    }

    private static func heard(_ nas: [Int64: Int64]) -> Statement {
        let all = nas.sorted { $0.key < $1.key }
        return Statement(
            """
            update nas_devices n set last_seen = u.at from unnest($1::bigint[], $2::timestamptz[]) as u(id, at)
             where n.id = u.id and (n.last_seen is null or n.last_seen < u.at - interval '10 seconds')
            """, [.intArray(all.map { $0.key }), .timestampArray(all.map { $0.value * 1_000_000 })])
    }

    private static func alarm(_ alarm: Notebook.Alarm) -> Statement {
        Statement(
            """
            insert into alarms (kind, subject, message) values ($1, $2, $3)
            on conflict (tenant_id, kind, subject) where cleared_at is null do update set message = excluded.message
            """, [.text(alarm.kind), .text(alarm.subject), .text(alarm.message)])
    }
}
