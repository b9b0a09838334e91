import Store

/// Pages of more resellers than are merged. Each row of a page stands behind the first row of its own reseller, so the
/// rows of a page of fifty are those of the fifty whose first rows come first: these are found by a look into the index
/// for each.
extension ListStatement {
    /// The paths of those, one a row, in the order of their first rows: as many as a page has rows.
    func first(_ limit: Int, of paths: [String], _ stretch: ListStretch, descends: Bool) -> Statement {
        var bare = query
        bare.columns = []
        let rows = ListStatement(spec: spec, query: bare, scope: scope.each("p.path"), words: words)
            .rows(stretch, limit: 1, descends: descends)
        let way = descends ? "DESC" : "ASC"
        return Statement(
            """
            SELECT p.path FROM unnest($\(rows.parameters.count + 1)::text[]) p(path) CROSS JOIN LATERAL (\(rows.sql)) f
             ORDER BY f.list_sort::\(query.sort.type) \(way), f.list_key::\(spec.kind.keyType) \(way) LIMIT \(limit)
            """, rows.parameters + [.textArray(paths)])
    }

    /// The page of these, in that order: before the n-th one's first row stand those of n - 1 others.
    ///
    /// Each is read by itself, for a merge of all would be planned for every one of them and every partition.
    func rows(of paths: [String], _ stretch: ListStretch, limit: Int, descends: Bool) -> Statement {
        var sql = SQLText()
        let list = sql.place(.textArray(paths))
        let way = descends ? "DESC" : "ASC"
        let his = ListStatement(spec: spec, query: query, scope: scope.each("p.path"), words: words)
            .merged(stretch, limit: "(\(limit + 1) - p.place)", descends: descends, &sql)
        let all = """
            SELECT f.* FROM unnest(\(list)::text[]) WITH ORDINALITY p(path, place) CROSS JOIN LATERAL (\(his)) f
             ORDER BY f.list_sort \(way), f.list_key \(way) LIMIT \(limit)
            """
        return page("(\(all)) r", descends: descends, &sql)
    }
}
