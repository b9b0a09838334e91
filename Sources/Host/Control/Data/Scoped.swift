package import Store

/// The way to rows that belong to somebody: what it gives is what the scope sees. Whoever is handed an id from outside
/// finds the row here first; what he may not see is not there for him, and nothing tells the one from the other.
package struct Scoped {
    package let connection: Connection
    package let scope: Scope
    /// Of the reseller and of those below him, as they are now; empty for the house, and for a reseller who is gone.
    package let paths: [String]

    /// One statement for a reseller, none for the house.
    package init(_ connection: Connection, _ scope: Scope) throws {
        self.connection = connection
        self.scope = scope
        paths = try scope.resellerID.map { try Scoped.paths(connection, below: $0) } ?? []
    }

    /// For SQL of one's own over a row `r`: true for what is seen.
    package func condition(_ kind: ScopedKind, _ sql: inout SQLText) -> String {
        guard let reseller = scope.resellerID else { return "true" }
        switch kind.rule {
        case .house: return "false"
        case .path:
            return sql.fill("(r.reseller_path > '' AND r.reseller_path = ANY (?::text[]))", .textArray(paths))
        case .sql(let text):
            var text = text
            if text.contains(":paths") {
                text = text.replacing(":paths", with: "\(sql.place(.textArray(paths)))::text[]")
            }
            if text.contains(":reseller") {
                text = text.replacing(":reseller", with: "\(sql.place(.int(reseller)))::bigint")
            }
            return text
        }
    }

    /// Throws `not_found` unless there is such a row and the scope sees it. For ids in paths and in bodies alike.
    package func find(_ kind: ScopedKind, _ id: Int64) throws {
        guard try sees(kind, id) else { throw Scoped.missing(kind, id) }
    }

    /// The same for several, in one statement; throws of the first that is not there.
    package func find(_ kind: ScopedKind, _ ids: [Int64]) throws {
        if ids.isEmpty { return }
        let found = try seen(kind, ids)
        for id in ids where !found.contains(id) { throw Scoped.missing(kind, id) }
    }

    package func sees(_ kind: ScopedKind, _ id: Int64) throws -> Bool { try seen(kind, [id]).contains(id) }

    /// Those of the ids that there are and that the scope sees.
    package func seen(_ kind: ScopedKind, _ ids: [Int64]) throws -> Set<Int64> {
        var sql = SQLText()
        let list = sql.place(.intArray(ids))
        let rows = try connection.query(
            "SELECT \(kind.key) FROM \(kind.table) r WHERE \(kind.key) = ANY (\(list)::bigint[])"
                + " AND \(kind.alive) AND \(condition(kind, &sql))", sql.parameters)
        return Set(rows.map { Int64($0.int(0)) })
    }

    /// For a change: locks the row until the transaction ends and gives its version. Throws `not_found`, or `version`
    /// when it is not the one that the caller saw (If-Match).
    @discardableResult
    package func lock(_ kind: ScopedKind, _ id: Int64, version: Int64?) throws -> Int64 {
        var sql = SQLText()
        let place = sql.place(.int(id))
        let row = try connection.query(
            "SELECT r.version FROM \(kind.table) r WHERE \(kind.key) = \(place)::bigint"
                + " AND \(kind.alive) AND \(condition(kind, &sql)) FOR NO KEY UPDATE", sql.parameters
        ).first
        guard let row else { throw Scoped.missing(kind, id) }
        let current = Int64(row.int(0))
        guard version == nil || version == current else {
            throw RecordRefusal(
                "the \(kind.word) was changed meanwhile", hint: "read it again and repeat the change", code: "version")
        }
        return current
    }

    private static func missing(_ kind: ScopedKind, _ id: Int64) -> RecordRefusal {
        RecordRefusal("there is no \(kind.word) \(id)", code: "not_found")
    }
}
