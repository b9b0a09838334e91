import PluginAPI
package import Store

/// Writes a page of notes: one statement a kind, over arrays.
package struct NotebookWriter {
    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    package func write(_ page: Notebook.Page) throws {
        var statements: [Statement] = []
        if !page.unknown.isEmpty { statements += NotebookWriter.unknown(page.unknown) }
        if !page.unknownOverflow.isEmpty { statements.append(NotebookWriter.overflow(page.unknownOverflow)) }
        if !page.macs.isEmpty { statements.append(NotebookWriter.macs(page.macs)) }
        if !page.latches.isEmpty { statements.append(NotebookWriter.latches(page.latches)) }
        let seen = [
            (page.heard, "last_seen"), (page.current, "secret_seen_at"), (page.previous, "previous_secret_seen_at"),
        ]
        for (nas, column) in seen where !nas.isEmpty { statements.append(NotebookWriter.seen(nas, column)) }
        if !page.alarms.isEmpty { statements += NotebookWriter.alarms(page.alarms) }
        if !statements.isEmpty { try connection.pipeline(statements) }
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

    private static func seen(_ nas: [Int64: Int64], _ column: String) -> Statement {
        let all = nas.sorted { $0.key < $1.key }
        return Statement(
            """
            update nas_devices n set \(column) = u.at from unnest($1::bigint[], $2::timestamptz[]) as u(id, at)
             where n.id = u.id and (n.\(column) is null or n.\(column) < u.at - interval '10 seconds')
            """, [.intArray(all.map { $0.key }), .timestampArray(all.map { $0.value * 1_000_000 })])
    }

    /// One open row a kind and subject, however often it is raised. One that is over is closed.
    private static func alarms(_ alarms: [Notebook.AlarmName: String?]) -> [Statement] {
        let raised = alarms.compactMap { name, message in message.map { (name, $0) } }
            .sorted { $0.0 < $1.0 }
        let over = alarms.filter { $0.value == nil }.map(\.key).sorted()
        let raise = Statement(
            """
            insert into alarms as a (kind, subject, message)
            select kind, subject, message from unnest($1::text[], $2::text[], $3::text[]) as n(kind, subject, message)
            on conflict (tenant_id, kind, subject) where cleared_at is null
            do update set message = excluded.message, times = a.times + 1, last_at = now()
            """,
            [
                .textArray(raised.map { $0.0.kind.rawValue }), .textArray(raised.map { $0.0.subject }),
                .textArray(raised.map { $0.1 }),
            ])
        let clear = Statement(
            """
            update alarms a set cleared_at = now() from unnest($1::text[], $2::text[]) as n(kind, subject)
             where a.kind = n.kind and a.subject = n.subject and a.tenant_id = 1 and a.cleared_at is null
            """, [.textArray(over.map(\.kind.rawValue)), .textArray(over.map(\.subject))])
        return (raised.isEmpty ? [] : [raise]) + (over.isEmpty ? [] : [clear])
    }
}
