import HTTP
import PluginAPI
package import Store

/// Reads lists for somebody: pages, single rows, counts, and all matches.
package struct ListReader {
    let scoped: Scoped
    let permissions: Set<String>

    /// - permissions: of the reader, for columns that need one.
    package init(_ connection: Connection, _ scope: Scope, permissions: Set<String>) throws {
        scoped = try Scoped(connection, scope)
        self.permissions = permissions
    }

    package init(_ connection: Connection, _ principal: Principal) throws {
        try self.init(connection, principal.scope, permissions: principal.permissions)
    }

    package func query(_ spec: ListSpec, _ pairs: [(name: String, value: String)]) throws -> ListQuery {
        try ListQuery(pairs, of: spec, permissions: permissions)
    }

    /// One page. Throws a problem where an order that no index has is asked of too many rows.
    package func page(_ spec: ListSpec, _ query: ListQuery) throws -> ListPage {
        let statement = try statement(spec, query)
        let total = ListTotal(statement, scoped.connection)
        let expected = try total.estimate()
        let reader = ListPageReader(statement: statement, connection: scoped.connection)
        if let page = try reader.found(expected: expected) { return page }
        return try reader.page(try total.read(expected: expected))
    }

    /// One row by its id, with all columns that the reader may see. Throws `not_found`.
    /// - texts: statements made before for this list.
    func one(_ spec: ListSpec, _ id: Int64, _ texts: ListRowTexts? = nil) throws -> JSON {
        let text = (texts ?? ListRowTexts(spec)).text(scoped, permissions, id)
        guard let row = try scoped.connection.query(text.sql, text.parameters).first else {
            throw RecordRefusal("there is no \(spec.kind.word) \(id)", code: "not_found")
        }
        return ListValue.object(row, text.columns)
    }

    /// How many match, exactly; for the preview of a bulk action.
    package func count(_ spec: ListSpec, _ query: ListQuery) throws -> Int {
        let statement = try statement(spec, query).count(limit: nil)
        return try scoped.connection.query(statement.sql, statement.parameters)[0].int(0)
    }

    /// The ids of all that match, for a bulk action, in their own order; `limit` and one at most.
    package func ids(_ spec: ListSpec, _ query: ListQuery, limit: Int) throws -> [Int64] {
        var sql = SQLText()
        let text = try statement(spec, query).everything(["r.id"], &sql)
        let place = sql.place(.int(limit + 1))
        return try scoped.connection.query("\(text) LIMIT \(place)::bigint", sql.parameters).map { Int64($0.int(0)) }
    }

    func statement(_ spec: ListSpec, _ query: ListQuery) throws -> ListStatement {
        var words: ListWords?
        if let search = spec.search, let text = query.search {
            words = try ListWords(text, search, of: spec, scoped.connection)
        }
        return ListStatement(spec: spec, query: query, scope: try ListScope(scoped, spec.kind, query), words: words)
    }
}
