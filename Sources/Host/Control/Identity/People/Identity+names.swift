import Store

// For the command line, where people and roles are known by name.
extension Identity {
    package func operatorID(named name: String) throws -> Int64 {
        let rows = try connection.query(
            "select id from operators where tenant_id = 1 and username = $1 and deleted_at is null", [.text(name)])
        guard let row = rows.first else {
            throw RecordRefusal(
                "there is no operator `\(name)`", hint: "see `tollkeeper operator list`", code: "not_found")
        }
        return Int64(row.int(0))
    }

    package func resellerID(named name: String) throws -> Int64 {
        let rows = try connection.query(
            "select id from resellers where tenant_id = 1 and name = $1", [.text(name)])
        guard let row = rows.first else { throw RecordRefusal("there is no reseller `\(name)`", code: "not_found") }
        return Int64(row.int(0))
    }

    /// A role by its name, or a built-in one by its word (`administrator`); the reseller's own comes before the house's.
    package func roleID(named name: String, reseller: Int64? = nil) throws -> Int64 {
        let rows = try connection.query(
            """
            select id from roles where tenant_id = 1 and (lower(name) = lower($1) or builtin = $1)
               and (reseller_id is null or reseller_id = $2) order by reseller_id nulls last, id
            """, [.text(name), Parameter(reseller)])
        guard let row = rows.first else {
            let known = try connection.query(
                "select string_agg(name, ', ' order by id) from roles where reseller_id is null")
            throw RecordRefusal(
                "there is no role `\(name)`", hint: known.first?.optionalText(0).map { "there are \($0)" },
                code: "not_found")
        }
        return Int64(row.int(0))
    }

    /// nil: of the house.
    package func resellerID(ofOperator id: Int64) throws -> Int64? {
        try connection.query("select reseller_id from operators where id = $1", [.int(id)]).first?.optionalInt(0)
            .map(Int64.init)
    }
}
