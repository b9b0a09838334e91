package import Store

/// Legal holds: whose data is kept whatever retention says, and why.
package enum LegalHolds {
    /// Adds one; returns its id.
    ///
    /// - subscriber: nil for everybody.
    /// - until: microseconds since 1970; nil till it is released.
    package static func add(
        _ connection: Connection, actor: Actor, subscriber: Int64?, caseNumber: String, reason: String,
        since: Int64? = nil, until: Int64? = nil
    ) throws -> Int64 {
        guard !caseNumber.isEmpty, !reason.isEmpty else {
            throw RecordRefusal("a legal hold needs a case number and a reason", code: "incomplete")
        }
        return try connection.transaction { () throws -> Int64 in
            if let subscriber {
                // In turns with an erasure.
                let rows = try connection.query(
                    "select id from subscribers where id = $1 for update", [.int(subscriber)])
                guard !rows.isEmpty else {
                    throw RecordRefusal("there is no subscriber \(subscriber)", code: "not_found")
                }
            }
            let rows = try connection.query(
                """
                insert into legal_holds (subscriber_id, case_number, reason, since, until, actor)
                values ($1, $2, $3, coalesce($4, now()), $5, $6) returning id, to_jsonb(legal_holds)::text
                """,
                [
                    Parameter(subscriber), .text(caseNumber), .text(reason), Parameter(timestamp: since),
                    Parameter(timestamp: until), .text(actor.name),
                ])
            let id = Int64(rows[0].int(0))
            try Audit.write(
                connection, actor, action: "add", kind: "legal-hold", id: id, name: caseNumber, after: rows[0].text(1))
            return id
        }
    }

    package static func release(_ connection: Connection, _ id: Int64, actor: Actor) throws {
        try connection.transaction { () throws in
            let rows = try connection.query(
                """
                update legal_holds set released_at = now(), released_by = $2 where id = $1 and released_at is null
                returning case_number, to_jsonb(legal_holds)::text
                """, [.int(id), .text(actor.name)])
            guard let row = rows.first else {
                throw RecordRefusal("there is no legal hold \(id) in force", code: "not_found")
            }
            try Audit.write(
                connection, actor, action: "release", kind: "legal-hold", id: id, name: row.text(0), after: row.text(1))
        }
    }

    /// The case numbers that hold a subscriber's data.
    package static func holding(_ connection: Connection, subscriber: Int64) throws -> [String] {
        try connection.query(
            """
            select case_number from legal_holds h
             where (subscriber_id = $1 or subscriber_id is null) and is_in_force(h) order by id
            """, [.int(subscriber)]
        ).map { $0.text(0) }
    }
}
