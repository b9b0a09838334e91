import Store

/// Pages of more resellers than are merged. Each row of a page stands behind the first row of its own reseller, so the
/// rows of a page of fifty are those of the fifty whose first rows come first: these are found by a look into the index
/// for each, and merged.
extension ListStatement {
    /// The paths of those, one a row: as many as a page has rows.
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

    /// Of these resellers alone.
    func only(_ paths: [String]) -> ListStatement {
        ListStatement(spec: spec, query: query, scope: scope.only(paths), words: words)
    }
}
