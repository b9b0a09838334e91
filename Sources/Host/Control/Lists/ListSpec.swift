/// A list, declared whole: whose rows, which columns, what they are chosen and sorted by, and which of that is served by
/// a range of an index however many rows there are.
package struct ListSpec: Sendable {
    package let name: String
    package let kind: ScopedKind
    package let columns: [ListColumn]
    package let filters: [ListFilter]
    package let sorts: [ListSort]
    package let fast: [ListPair]
    package let search: ListSearch?
    /// Tables in place of the kind's own, where the query names one of the filters.
    package let elsewhere: (filters: Set<String>, tables: [String])?
    /// A condition that holds unless the query names that filter.
    package let usually: (filter: String, sql: String)?
    /// Rows that belong in the list at all; `true` or a condition beside the kind's `alive`.
    package let condition: String
    /// Some thousand rows at most: any sort will do.
    package let isSmall: Bool

    package init(
        _ name: String, _ kind: ScopedKind, columns: [ListColumn], filters: [ListFilter] = [], sorts: [ListSort],
        fast: [ListPair] = [], search: ListSearch? = nil, elsewhere: (filters: Set<String>, tables: [String])? = nil,
        usually: (filter: String, sql: String)? = nil, condition: String = "true", isSmall: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.columns = columns
        self.filters = filters
        self.sorts = sorts
        self.fast = fast
        self.search = search
        self.elsewhere = elsewhere
        self.usually = usually
        self.condition = condition
        self.isSmall = isSmall
    }

    /// What is wrong with the declaration itself; empty when it is sound.
    package var faults: [String] {
        var faults = ListSpec.repeated(columns.map(\.name)).map { "\(name) has two columns \($0)" }
        faults += ListSpec.repeated(filters.flatMap(\.parameters) + ListQuery.reserved).map {
            "\(name) has two parameters \($0)"
        }
        if sorts.isEmpty { faults.append("\(name) has no sort") }
        for pair in fast {
            let unknown = pair.filters.subtracting(filters.map(\.name) + (search == nil ? [] : [ListSearch.name]))
            faults += unknown.sorted().map { "\(name) declares a pair with \($0), which is no filter" }
            if !sorts.contains(where: { $0.name == pair.sort }) {
                faults.append("\(name) declares a pair with \(pair.sort), which is no sort")
            }
        }
        return faults
    }

    private static func repeated(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { !seen.insert($0).inserted }
    }
}

/// What a list can be sorted by; rows alike in it stand in the order of their keys.
package struct ListSort: Sendable {
    package let name: String
    package let sql: String
    /// Its type in SQL.
    package let type: String
    /// Whether it can be NULL: such rows come last, and first when the list descends.
    package let isNullable: Bool
    /// The way it goes when nobody says.
    package let descends: Bool

    package init(_ name: String, sql: String? = nil, _ type: String, isNullable: Bool = false, descends: Bool = false) {
        self.name = name
        self.sql = sql ?? "r.\(name)"
        self.type = type
        self.isNullable = isNullable
        self.descends = descends
    }
}

/// Filters and a sort that an index serves together. A range of the sorted column comes for nothing.
package struct ListPair: Sendable, Hashable {
    package let filters: Set<String>
    package let sort: String

    package init(_ sort: String) { self.init([], sort) }

    package init(_ filters: Set<String>, _ sort: String) {
        self.filters = filters
        self.sort = sort
    }
}

/// Words that are looked for anywhere in a row's texts.
package struct ListSearch: Sendable {
    /// As a query names it.
    package static let name = "q"
    /// All texts in one, in lower case; indexed by trigrams.
    package let sql: String
    /// What a text too short for trigrams must be equal to.
    package let exact: String

    package init(sql: String, exact: String) {
        self.sql = sql
        self.exact = exact
    }
}
