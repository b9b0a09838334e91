package import Store

/// Emergencies in the database: each change in one transaction with its audit row and its alarm.
package struct EmergencyStore {
    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// What is on for all nodes; for a login, the clock decides again.
    package func current() throws -> EmergencySkip {
        let rows = try connection.query(
            """
            select array_to_string(skips, ',') as skips, extract(epoch from until)::bigint as until from emergencies
             where tenant_id = 1 and node is null and ended_at is null and until > now()
             order by started_at desc limit 1
            """)
        guard let row = rows.first, let words = EmergencySkip.Words(text: row.text("skips")) else { return .none }
        return EmergencySkip(words: words, until: Int64(row.int("until")))
    }

    /// Switches it on for all nodes, in place of one that is on. Returns its end.
    package func start(_ words: EmergencySkip.Words, seconds: Int64, actor: String) throws -> Int64 {
        try connection.transaction { () throws -> Int64 in
            let before = try connection.query(
                """
                update emergencies set ended_at = now() where node is null and ended_at is null
                returning to_jsonb(emergencies)::text
                """)
            let rows = try connection.query(
                """
                insert into emergencies (skips, until, actor) values ($1, now() + $2::bigint * interval '1 second', $3)
                returning id, extract(epoch from until)::bigint
                """, [.textArray(words.list), .int(seconds), .text(actor)])
            let (id, until) = (Int64(rows[0].int(0)), Int64(rows[0].int(1)))
            try audit(actor, "start", id, words, before: before.first?.optionalText(0))
            try raise(nil, EmergencySkip(words: words, until: until), actor)
            return until
        }
    }

    /// Switches it off for all nodes; false when none was on.
    package func end(actor: String) throws -> Bool {
        try connection.transaction { () throws -> Bool in
            let rows = try connection.query(
                """
                update emergencies set ended_at = now() where node is null and ended_at is null and until > now()
                returning id, array_to_string(skips, ','), to_jsonb(emergencies)::text
                """)
            guard let row = rows.first else { return false }
            let words = EmergencySkip.Words(text: row.text(1)) ?? []
            try audit(actor, "end", Int64(row.int(0)), words, before: row.optionalText(2))
            try clear(nil)
            return true
        }
    }

    /// Notes what ran out by itself, and clears its alarm. A round of the housekeeper.
    package func lapse() throws {
        try connection.transaction { () throws in
            let rows = try connection.query(
                """
                update emergencies set ended_at = until where ended_at is null and until <= now()
                returning id, array_to_string(skips, ','), node
                """)
            for row in rows {
                let words = EmergencySkip.Words(text: row.text(1)) ?? []
                try audit("tollkeeper", "end", Int64(row.int(0)), words, before: nil)
                try clear(row.optionalText(2))
            }
        }
    }

    /// Takes in what was switched on at a node while the database was away; once, however often it is called.
    package func note(_ local: LocalEmergency, node: String, now: Int64) throws {
        let end = local.end(now: now)
        try connection.transaction { () throws in
            let added = try connection.query(
                """
                insert into emergencies (skips, started_at, until, actor, node)
                values ($1, to_timestamp($2::bigint), to_timestamp($3::bigint), $4, $5)
                on conflict (node, started_at) where node is not null do nothing returning id
                """,
                [
                    .textArray(local.skip.words.list), .int(local.started), .int(local.skip.until), .text(local.actor),
                    .text(node),
                ])
            if let row = added.first {
                try audit(local.actor, "start", Int64(row.int(0)), local.skip.words, before: nil, at: local.started)
                try raise(node, local.skip, local.actor)
            }
            guard let end else { return }
            let ended = try connection.query(
                """
                update emergencies set ended_at = to_timestamp($3::bigint)
                 where node = $1 and started_at = to_timestamp($2::bigint) and ended_at is null returning id
                """, [.text(node), .int(local.started), .int(end)])
            guard let row = ended.first else { return }
            let actor = local.endedBy ?? "tollkeeper"
            try audit(actor, "end", Int64(row.int(0)), local.skip.words, before: nil, at: end)
            try clear(node)
        }
    }

    private func audit(
        _ actor: String, _ action: String, _ id: Int64, _ words: EmergencySkip.Words, before: String?, at: Int64? = nil
    ) throws {
        try connection.query(
            """
            insert into audit_log (at, actor, source, action, object_kind, object_id, object_name, before, after)
            values (coalesce(to_timestamp($1::bigint), now()), $2, 'command line', $3, 'emergency', $4, $5, $6,
                    (select to_jsonb(e) from emergencies e where id = $4))
            """,
            [at.map { .int($0) } ?? .null, .text(actor), .text(action), .int(id), .text(words.text), Parameter(before)])
    }

    private func raise(_ node: String?, _ skip: EmergencySkip, _ actor: String) throws {
        let place = node.map { " on \($0)" } ?? ""
        let message =
            "emergency\(place) until \(UTCTime(skip.until)), by \(actor): not checked are "
            + "\(skip.words.list.joined(separator: ", ")); `tollkeeper emergency off\(node == nil ? "" : " --local")` ends it"
        try connection.query(
            """
            insert into alarms (kind, subject, message) values ($1, $2, $3)
            on conflict (tenant_id, kind, subject) where cleared_at is null do update set message = excluded.message
            """, [.text(AlarmKind.emergency.rawValue), .text(node ?? "all"), .text(message)])
    }

    private func clear(_ node: String?) throws {
        try connection.query(
            "update alarms set cleared_at = now() where kind = $1 and subject = $2 and cleared_at is null",
            [.text(AlarmKind.emergency.rawValue), .text(node ?? "all")])
    }
}
