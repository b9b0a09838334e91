import Store

extension ListStatement {
    /// A page as `rows` gives it, and behind each row how many match, counted up to `most`. What a search finds is looked
    /// at one by one, and so once for both; where more match than `most`, the page is not to be trusted.
    func found(_ stretch: ListStretch, limit: Int, descends: Bool, most: Int) -> Statement {
        var sql = SQLText()
        let way = descends ? "DESC" : "ASC"
        let place = stretch.condition(query.sort, spec.kind, descends: descends, &sql)
        // No more of a row than is sorted by: most of those found are not on the page.
        let found = bare(
            "SELECT \(query.sort.sql) AS list_sort, \(spec.kind.key) AS list_key, \(place) AS is_ahead", &sql)
        let columns =
            query.columns.map { scope.filled($0.jsonSQL, &sql) } + [
                "f.list_sort::text", "f.list_key::text", "(SELECT count(*) FROM found)",
            ]
        let order = "ORDER BY f.list_sort \(way), f.list_key \(way)"
        return Statement(
            """
            WITH found AS MATERIALIZED (\(found) LIMIT \(most))
            SELECT \(columns.joined(separator: ", "))
              FROM (SELECT * FROM found f WHERE f.is_ahead \(order) LIMIT \(limit)) f
              JOIN \(spec.kind.table) r ON \(spec.kind.key) = f.list_key
             \(order)
            """, sql.parameters)
    }
}
