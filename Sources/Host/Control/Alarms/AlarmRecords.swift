import Store

extension Records {
    /// Notes that somebody looks at an open alarm; with `clears` also ends it. Throws a refusal when there is no such
    /// open alarm.
    package func acknowledge(alarm id: Int64, clears: Bool) throws {
        try connection.transaction { () throws in
            let rows = try connection.query(
                """
                update alarms
                   set acknowledged_at = coalesce(acknowledged_at, now()),
                       acknowledged_by = coalesce(acknowledged_by, $2),
                       cleared_at = case when $3::bool then now() end
                 where id = $1 and cleared_at is null returning kind || ' ' || subject
                """, [.int(id), .text(actor.name), .bool(clears)])
            guard let row = rows.first else {
                throw RecordRefusal(
                    "there is no open alarm \(id)", hint: "`tollkeeper alarms` lists them", code: "not_found")
            }
            try Audit.write(
                connection, actor, action: clears ? "clear" : "acknowledge", kind: "alarm", id: id, name: row.text(0))
        }
    }
}
