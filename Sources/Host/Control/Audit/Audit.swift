package import Store

/// The audit log: who did what to what, from where, and what it was before and after.
package enum Audit {
    /// Adds a row in the caller's transaction. `before` and `after` are the full images as JSON text; what is secret in
    /// them, by the names of its fields, is replaced by the database before it is written (`audit_masked`).
    ///
    /// - kind: `subscriber`, `nas`, `job`: the noun of the command line.
    package static func write(
        _ connection: Connection, _ actor: Actor, action: String, kind: String, id: Int64?, name: String?,
        before: String? = nil, after: String? = nil
    ) throws {
        try connection.query(
            """
            insert into audit_log (actor, source, on_behalf_of, request_id, action, object_kind, object_id, object_name,
                                   before, after)
            values ($1, $2, $3, coalesce($4, nullif(current_setting('tollkeeper.request_id', true), '')), $5, $6, $7, $8,
                    audit_masked($9::jsonb), audit_masked($10::jsonb, $9::jsonb))
            """,
            [
                .text(actor.name), Parameter(actor.source), Parameter(actor.onBehalfOf), Parameter(actor.requestID),
                .text(action), .text(kind), Parameter(id), Parameter(name), Parameter(before), Parameter(after),
            ])
    }

    /// From here on, rows that this connection's session adds carry the request's id, whoever writes them; nil ends it.
    package static func mark(_ connection: Connection, request id: String?) throws {
        try connection.query("select set_config('tollkeeper.request_id', $1, false)", [.text(id ?? "")])
    }

    /// What a row changed, as JSON text: `{"column": [before, after], …}`. nil when there is no such row.
    package static func diff(_ connection: Connection, id: Int64) throws -> String? {
        try connection.query("select audit_diff(before, after)::text from audit_log where id = $1", [.int(id)])
            .first?.text(0)
    }
}
