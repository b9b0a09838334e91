import Store

/// Whose rows a query is about: the reader's scope, cut down to a reseller that the query names.
struct ListScope {
    /// So many resellers' rows are merged in order; of more, those who have none on the page are left out first. A merge
    /// is planned for each of them and each partition: of 64 and two years it took 190 ms.
    static func mostMerged(_ kind: ScopedKind) -> Int { kind.isPartitioned ? 4 : 64 }

    /// Paths of whom, where the kind's rows have one; nil: everybody's.
    let paths: [String]?
    private let scoped: Scoped
    private let isSearch: Bool
    private let mostMerged: Int
    /// SQL of a path, in place of all of them.
    private var outer: String?

    init(_ scoped: Scoped, _ kind: ScopedKind, _ query: ListQuery) throws {
        self.scoped = scoped
        isSearch = query.search != nil
        mostMerged = ListScope.mostMerged(kind)
        var paths: [String]? = scoped.scope.isHouse ? nil : scoped.paths
        for given in query.filters {
            guard case .reseller = given.filter.test, let id = given.values.first.flatMap({ Int64($0) }) else {
                continue
            }
            let his = try Scoped.paths(scoped.connection, below: id)
            // A foreign reseller has as many rows as one who does not exist.
            // Thousands of each: not each with each.
            paths = paths.map { known in his.filter(Set(known).contains) } ?? his
        }
        self.paths = paths
    }

    /// A search looks through its index once, not once for each reseller.
    private var isMerged: Bool { !isSearch && (paths?.count ?? 0) <= mostMerged }

    /// The paths, where there are too many to be merged.
    func crowd(_ kind: ScopedKind) -> [String]? {
        guard case .path = kind.rule, let paths, !isMerged, !isSearch else { return nil }
        return paths
    }

    /// Of one, whose path stands in SQL around the statement.
    func each(_ path: String) -> ListScope {
        var copy = self
        copy.outer = path
        return copy
    }

    /// One condition for each stream of rows that is in order by itself: none for the house, each path for a reseller.
    /// Their number is rounded up, so that there are few different statements.
    /// - isFiltered: an index has the filters; those without them are kept from the planner (see migration 0014).
    func branches(_ kind: ScopedKind, isFiltered: Bool, _ sql: inout SQLText) -> [String] {
        guard case .path = kind.rule, let paths else { return [scoped.condition(kind, &sql)] }
        if let outer {
            // The range says nothing new, but has the planner expect few rows: where one reseller has nearly all of a
            // partition, it would look for the others' in the index of the house.
            let his = ["=", ">=", "<="].map { "r.reseller_path \($0) \(outer)" }.joined(separator: " AND ")
            return ["r.reseller_path \(isFiltered ? "<>" : ">") '' AND \(his)"]
        }
        guard isMerged, !paths.isEmpty else { return [whole(kind, &sql)] }
        var count = 1
        while count < paths.count { count *= 2 }
        return (0..<count).map { index in
            sql.fill(
                "r.reseller_path \(isFiltered ? "<>" : ">") '' AND r.reseller_path = ?::text",
                .text(index < paths.count ? paths[index] : "-"))
        }
    }

    /// A column's SQL for the reader.
    func filled(_ text: String, _ sql: inout SQLText) -> String { scoped.filled(text, &sql) }

    /// One condition for all of them.
    func whole(_ kind: ScopedKind, _ sql: inout SQLText) -> String {
        guard case .path = kind.rule, let paths else { return scoped.condition(kind, &sql) }
        return sql.fill("r.reseller_path > '' AND r.reseller_path = ANY (?::text[])", .textArray(paths))
    }
}
