import PluginAPI
import Store

/// A query of a list as SQL.
struct ListStatement {
    let spec: ListSpec
    let query: ListQuery
    let scope: ListScope
    /// Of the query's search.
    let words: ListWords?

    /// Whether the rows come in order from an index, however many there are.
    var isFast: Bool { spec.isFast(query.filters, query.sort, hasSearch: query.search != nil) }

    /// Whether it may run over any number of rows: fast, about few, or a search in the list's first order, for which the
    /// planner takes trigrams where few match and that order where many do.
    var isAllowed: Bool {
        isFast || spec.isSmall || query.filters.contains { $0.filter.isNarrow }
            || (query.search != nil && query.sort.name == spec.sorts[0].name)
    }

    /// Whether the rows come in the order of what they are partitioned by.
    var isByTime: Bool { spec.kind.isPartitioned && query.sort.name == spec.sorts[0].name }

    /// Whether there are filters that are no range of the sorted column.
    var isFiltered: Bool { !ListSpec.indexed(query.filters, query.sort).isEmpty }

    private var tables: [String] {
        let names = query.filters.map(\.filter.name)
        if let elsewhere = spec.elsewhere, names.contains(where: elsewhere.filters.contains) { return elsewhere.tables }
        return [spec.kind.table]
    }

    /// Rows of one stretch.
    ///
    /// Each branch is in the order of its index; ORDER BY inside the branches lets the planner see that, and it merges
    /// them without reading further than the page. The limit stands in the text: as a parameter it would be planned as a
    /// tenth of all.
    func rows(_ stretch: ListStretch, limit: Int, descends: Bool) -> Statement {
        var sql = SQLText()
        let text = merged(stretch, limit: "\(limit)", descends: descends, &sql)
        return page("(\(text)) r", descends: descends, &sql)
    }

    /// The columns of the rows that `from` gives as `r`, in order; then sort value and key as texts.
    func page(_ from: String, descends: Bool, _ sql: inout SQLText) -> Statement {
        let way = descends ? "DESC" : "ASC"
        let columns = query.columns.map { scope.filled($0.jsonSQL, &sql) } + ["r.list_sort::text", "r.list_key::text"]
        return Statement(
            """
            SELECT \(columns.joined(separator: ", "))
              FROM \(from)
             ORDER BY r.list_sort \(way), r.list_key \(way)
            """, sql.parameters)
    }

    /// Whole rows, with `list_sort` and `list_key`.
    func merged(_ stretch: ListStretch, limit: String, descends: Bool, _ sql: inout SQLText) -> String {
        let way = descends ? "DESC" : "ASC"
        let order = "ORDER BY list_sort \(way), list_key \(way)"
        let shared = conditions(&sql) + [stretch.condition(query.sort, spec.kind, descends: descends, &sql)]
        let branches = scope.branches(spec.kind, isFiltered: isFast && isFiltered, &sql).flatMap { branch in
            tables.map { table in
                "(SELECT r.*, \(query.sort.sql) AS list_sort, \(spec.kind.key) AS list_key FROM \(table) r"
                    + " WHERE \(([branch] + shared).joined(separator: " AND ")) \(order))"
            }
        }
        return "SELECT * FROM (\(branches.joined(separator: " UNION ALL "))) u \(order) LIMIT \(limit)"
    }

    /// One number: rows that match, counted up to `limit`.
    func count(limit: Int?) -> Statement {
        var sql = SQLText()
        var inner = bare("SELECT", &sql)
        if let limit { inner += " LIMIT \(sql.place(.int(limit)))::bigint" }
        return Statement("SELECT count(*) FROM (\(inner)) AS matches", sql.parameters)
    }

    /// What the planner makes of the whole; its first line tells how many rows it expects.
    func explanation() -> Statement {
        var sql = SQLText()
        return ListEstimate.explaining(bare("SELECT", &sql), sql.parameters)
    }

    /// All that match, in the list's order, with `columns` selected.
    func everything(_ columns: [String], _ sql: inout SQLText) -> String {
        let way = query.descends ? "DESC" : "ASC"
        let sorted = bare("SELECT r.*, \(query.sort.sql) AS list_sort, \(spec.kind.key) AS list_key", &sql)
        let selected = columns.map { scope.filled($0, &sql) }.joined(separator: ", ")
        return "SELECT \(selected) FROM (\(sorted)) r"
            + " ORDER BY r.list_sort \(way), r.list_key \(way)"
    }

    /// Without an order; `select` may name the row `r`.
    func bare(_ select: String, _ sql: inout SQLText) -> String {
        let conditions = ([scope.whole(spec.kind, &sql)] + conditions(&sql)).joined(separator: " AND ")
        return tables.map { "\(select) FROM \($0) r WHERE \(conditions)" }.joined(separator: " UNION ALL ")
    }

    private func conditions(_ sql: inout SQLText) -> [String] {
        var result = [spec.kind.alive, spec.condition].filter { $0 != "true" }
        if let usually = spec.usually, !query.filters.contains(where: { $0.filter.name == usually.filter }) {
            result.append(usually.sql)
        }
        for given in query.filters {
            if let condition = ListStatement.condition(given, &sql) { result.append(condition) }
        }
        if let search = spec.search, let text = query.search {
            guard let words else { preconditionFailure("a search without its words would find everything") }
            result.append(words.condition(search, whole: text, &sql))
        }
        return result
    }
}

extension ListStatement {
    private static func condition(_ given: ListQuery.Filter, _ sql: inout SQLText) -> String? {
        let value = given.values[0]
        switch given.filter.test {
        case .reseller: return nil
        case .equals(let text, let kind):
            let values = given.values.compactMap(kind.parameter)
            if values.count == 1 { return sql.fill("\(text) = ?::\(kind.rawValue)", values[0]) }
            let places = values.map { sql.fill("?::\(kind.rawValue)", $0) }
            return "\(text) IN (\(places.joined(separator: ", ")))"
        case .range(let text, let kind):
            let sign = given.name.hasSuffix("_from") ? ">=" : "<"
            return sql.fill("\(text) \(sign) ?::\(kind.rawValue)", kind.parameter(value) ?? .null)
        case .prefix(let text): return sql.fill("starts_with(lower(\(text)), lower(?::text))", .text(value))
        case .present(let text): return value == "true" ? "\(text) IS NOT NULL" : "\(text) IS NULL"
        case .condition(let text): return value == "true" ? "(\(text)) IS TRUE" : "(\(text)) IS NOT TRUE"
        case .words(let words): return words.first { $0.word == value }?.sql
        case .within(let text): return sql.fill("\(text) <<= ?::inet", .text(value))
        }
    }
}
