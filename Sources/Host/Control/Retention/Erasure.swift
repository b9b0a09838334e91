import HTTP
package import Store

/// The erasure of a subscriber: his personal data goes; what the law and the books want kept stays, under his number.
///
/// Sessions and logins younger than `statutory_months` keep his user name, MAC and address till they are older; then a
/// pseudonym (`erased-12`) takes its place. The ledger knows numbers only. The audit log keeps who did what and when, and
/// loses his images and name.
package enum Erasure {
    /// What will happen, before it does.
    package struct Preview: Sendable, Hashable {
        /// Columns with something in them that will be empty.
        package var fields: [String] = []
        /// Sessions and logins that get the pseudonym at once, and those that keep the name until they are old enough.
        package var sessionsNow = 0
        package var sessionsLater = 0
        package var loginsNow = 0
        package var loginsLater = 0
        package var liveSessions = 0
        package var auditRows = 0
        /// Case numbers that forbid it.
        package var heldBy: [String] = []
        package var pseudonym = ""
    }

    /// Personal columns of `subscribers`, beside the user name.
    private static let columns = [
        "full_name", "email", "phone", "address", "notes", "mac_address", "line_id", "password_sealed", "static_ip",
        "framed_ipv6_address", "framed_ipv6_prefix", "delegated_ipv6_prefix", "framed_interface_id",
    ]

    package static func pseudonym(_ subscriber: Int64) -> String { "erased-\(subscriber)" }

    package static func preview(_ connection: Connection, subscriber: Int64) throws -> Preview {
        let rows = try connection.query(
            """
            select array(select key from jsonb_each(to_jsonb(s)) where key = any($2) and value <> 'null' order by key)
              from subscribers s where id = $1
            """, [.int(subscriber), .textArray(columns)])
        guard let row = rows.first else {
            throw RecordRefusal("there is no subscriber \(subscriber)", code: "not_found")
        }
        let limit = try limit(connection)
        let counts = try connection.query(
            """
            select (select count(*) from sessions_closed where subscriber_id = $1 and stopped_at < $2::timestamptz),
                   (select count(*) from sessions where subscriber_id = $1 and (stopped_at >= $2::timestamptz or stopped_at is null)),
                   (select count(*) from radius_logs where subscriber_id = $1 and at < $2::timestamptz),
                   (select count(*) from radius_logs where subscriber_id = $1 and at >= $2::timestamptz),
                   (select count(*) from sessions_live where subscriber_id = $1 and state <> 'closed'),
                   (select count(*) from audit_log where object_kind = 'subscriber' and object_id = $1)
            """, [.int(subscriber), .text(limit)])[0]
        return Preview(
            fields: row.textArray(0), sessionsNow: counts.int(0), sessionsLater: counts.int(1),
            loginsNow: counts.int(2), loginsLater: counts.int(3), liveSessions: counts.int(4), auditRows: counts.int(5),
            heldBy: try LegalHolds.holding(connection, subscriber: subscriber), pseudonym: pseudonym(subscriber))
    }

    /// Erases. Throws a refusal when there is no such subscriber, he is under a legal hold, or he was erased before.
    ///
    /// - reason: why, for the audit log: "his request of 3 May".
    package static func run(_ connection: Connection, subscriber: Int64, actor: Actor, reason: String) throws {
        try connection.transaction { () throws in
            let rows = try connection.query(
                "select username from subscribers where id = $1 for update", [.int(subscriber)])
            guard let row = rows.first else {
                throw RecordRefusal("there is no subscriber \(subscriber)", code: "not_found")
            }
            let holds = try LegalHolds.holding(connection, subscriber: subscriber)
            guard holds.isEmpty else {
                throw RecordRefusal(
                    "subscriber \(subscriber) is under a legal hold: \(holds.joined(separator: ", "))",
                    hint: "release the hold first", code: "legal_hold")
            }
            let added = try connection.query(
                """
                insert into erasures (subscriber_id, username, pseudonym, reason, actor) values ($1, $2, $3, $4, $5)
                on conflict do nothing returning id
                """,
                [
                    .int(subscriber), .text(row.text(0)), .text(pseudonym(subscriber)), .text(reason),
                    .text(actor.name),
                ])
            guard !added.isEmpty else {
                throw RecordRefusal("subscriber \(subscriber) was erased already", code: "erased")
            }
            try empty(connection, subscriber)
            try connection.query("select audit_redact($1)", [.int(subscriber)])
            try Audit.write(
                connection, actor, action: "erase", kind: "subscriber", id: subscriber, name: pseudonym(subscriber),
                after: JSON.object([("reason", .text(reason))]).text)
            try age(connection, only: subscriber)
        }
    }

    private static func empty(_ connection: Connection, _ subscriber: Int64) throws {
        let sets = columns.map { "\($0) = null" }.joined(separator: ", ")
        try connection.query(
            """
            update subscribers set username = $2, \(sets), password_kind = 'cleartext', mac_binding = 'off',
                                   passwordless = false, is_active = false, deleted_at = coalesce(deleted_at, now())
             where id = $1
            """, [.int(subscriber), .text(pseudonym(subscriber))])
        for table in ["reply_attributes", "check_attributes"] {
            try connection.query(
                "delete from \(table) where owner = 'subscriber' and owner_id = $1", [.int(subscriber)])
        }
        try connection.query("update address_holds set note = null where subscriber_id = $1", [.int(subscriber)])
        // Signed in to the portal he may still be.
        if try connection.query("select to_regclass('web_sessions') is not null")[0].bool(0) {
            try connection.query("delete from web_sessions where subscriber_id = $1", [.int(subscriber)])
        }
    }

    /// Gives records of erased subscribers that the law no longer wants with their names the pseudonym.
    static func age(_ connection: Connection, only subscriber: Int64? = nil) throws {
        let limit = try limit(connection)
        let open = try connection.query(
            """
            select subscriber_id, username, pseudonym, erased_at + interval '7 days' < $2::timestamptz,
                   least(erased_at, $2::timestamptz) from erasures
             where finished_at is null and ($1::bigint is null or subscriber_id = $1) order by id
            """, [Parameter(subscriber), .text(limit)])
        for row in open {
            let id = Int64(row.int(0))
            guard try LegalHolds.holding(connection, subscriber: id).isEmpty else { continue }
            try connection.transaction { () throws in
                try replace(connection, id, row.text(1), row.text(2), limit: limit, unnamed: row.text(4))
                guard row.bool(3) else { return }
                try connection.query(
                    """
                    update erasures set username = null, finished_at = now()
                     where subscriber_id = $1 and not exists (select from sessions_live where subscriber_id = $1)
                    """, [.int(id)])
            }
        }
    }

    /// - unnamed: rows of this name without a number are his only till then: the name may be another's by now.
    private static func replace(
        _ connection: Connection, _ id: Int64, _ username: String, _ pseudonym: String, limit: String, unnamed: String
    ) throws {
        try connection.query(
            """
            update sessions_closed set username = $3, mac_address = null, calling_station_id = null, line_id = null,
                                       nas_port_id = null, framed_interface_id = null
             where stopped_at < $4::timestamptz and username <> $3
               and (subscriber_id = $1 or subscriber_id is null and username = $2 and stopped_at < $5::timestamptz)
            """, [.int(id), .text(username), .text(pseudonym), .text(limit), .text(unnamed)])
        try connection.query(
            """
            update radius_logs set username = $3, mac = null, detail = null
             where at < $4::timestamptz and username <> $3
               and (subscriber_id = $1 or subscriber_id is null and username = $2 and at < $5::timestamptz)
            """, [.int(id), .text(username), .text(pseudonym), .text(limit), .text(unnamed)])
    }

    /// What is older no longer needs the name. A preference that is no number keeps as long as can be.
    private static func limit(_ connection: Connection) throws -> String {
        try connection.query(
            """
            select now() - coalesce((select value::int from system_preferences where tenant_id = 1
                                      and name = 'statutory_months' and value ~ '^[0-9]{1,4}$'), 9999) * interval '1 month'
            """)[0].text(0)
    }
}
