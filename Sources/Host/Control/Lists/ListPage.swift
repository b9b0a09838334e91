package import HTTP
import Store

/// A page of a list as it is answered.
package struct ListPage: Sendable {
    package let items: [JSON]
    package let next: String?
    package let prev: String?
    package let total: Int
    /// False: the planner's estimate.
    package let isTotalExact: Bool

    package var json: JSON {
        .object([
            ("items", .array(items)), ("total", .count(total)), ("total_is_exact", .bool(isTotalExact)),
            ("next", .optional(next)), ("prev", .optional(prev)),
        ])
    }
}

/// Reads the rows of a page.
struct ListPageReader {
    let statement: ListStatement
    let connection: Connection

    private var query: ListQuery { statement.query }

    private var isBackward: Bool { query.before != nil }
    private var descends: Bool { query.descends != isBackward }
    /// One more than asked for tells whether the list goes on.
    private var limit: Int { query.size + 1 }

    func page(_ total: ListTotal.Number) throws -> ListPage { page(try read(), total) }

    /// The page of a search that finds few, counted in the same pass; nil where that is not known to be right.
    func found(expected: Int) throws -> ListPage? {
        guard query.search != nil, expected <= ListTotal.mostExact, !query.sort.isNullable else { return nil }
        let stretch = ListStretch(part: .all, cursor: query.before ?? query.after)
        let most = ListTotal.mostExact + 1
        let rows = try run(statement.found(stretch, limit: limit, descends: descends, most: most))
        guard let count = rows.first?.int(query.columns.count + 2), count < most else { return nil }
        return page(Array(rows), ListTotal.Number(count: count, isExact: true))
    }

    private func page(_ read: [Row], _ total: ListTotal.Number) -> ListPage {
        var rows = read
        let goesOn = rows.count > query.size
        if goesOn { rows.removeLast() }
        if isBackward { rows.reverse() }
        let hasNext = isBackward ? true : goesOn
        let hasPrevious = isBackward ? goesOn : query.after != nil
        return ListPage(
            items: rows.map { ListValue.object($0, query.columns) },
            next: hasNext ? rows.last.map(cursor) : nil, prev: hasPrevious ? rows.first.map(cursor) : nil,
            total: max(total.count, rows.count), isTotalExact: total.isExact)
    }

    private func read() throws -> [Row] {
        var rows: [Row] = []
        for stretch in ListStretch.following(query.before ?? query.after, query.sort, descends: descends) {
            if rows.count >= limit { break }
            rows += try read(stretch, limit: limit - rows.count)
        }
        return rows
    }

    private func read(_ stretch: ListStretch, limit: Int) throws -> Rows {
        guard statement.isFast, let crowd = statement.scope.crowd(statement.spec.kind) else {
            return try run(statement.rows(stretch, limit: limit, descends: descends))
        }
        // In one snapshot: a row that goes between the two would end the list early.
        return try connection.transaction { () throws in
            try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            if statement.isByTime, descends {
                // The latest fill a page nearly always, and lie in a partition or two of many.
                var near = stretch
                near.isNear = true
                let rows = try read(near, limit: limit, of: crowd)
                if rows.count == limit { return rows }
            }
            return try read(stretch, limit: limit, of: crowd)
        }
    }

    private func read(_ stretch: ListStretch, limit: Int, of crowd: [String]) throws -> Rows {
        let first = try run(statement.first(limit, of: crowd, stretch, descends: descends)).map { $0.text(0) }
        return try run(statement.rows(of: first, stretch, limit: limit, descends: descends))
    }

    private func run(_ statement: Statement) throws -> Rows {
        do throws(StoreError) {
            return try connection.pipeline([self.statement.settings, statement])[1]
        } catch {
            guard error.kind == .value, (query.after ?? query.before) != nil else { throw error }
            // A cursor's values are checked by nobody else: they were ours, or somebody made one up.
            throw ListRefusal.cursor(query.after != nil ? "after" : "before")
        }
    }

    private func cursor(_ row: Row) -> String {
        let count = query.columns.count
        return ListCursor(sortValue: row.optionalText(count), key: row.text(count + 1))
            .text(list: statement.spec.name, sort: query.sort.name, descends: query.descends)
    }
}
