package import PluginAPI

/// What somebody asks of a list, checked against its declaration.
package struct ListQuery: Sendable {
    /// Names that no filter has.
    static let reserved = ["after", "before", "size", "sort", "fields", ListSearch.name]
    package static let sizes = 1...500

    package var after: ListCursor?
    package var before: ListCursor?
    package var size = 50
    package var sort: ListSort
    package var descends: Bool
    package var columns: [ListColumn]
    package var search: String?
    var filters: [Filter] = []

    /// A filter with what it is to match.
    struct Filter: Sendable {
        let filter: ListFilter
        /// The parameter's own name: `expiry_from`.
        let name: String
        let values: [String]

        var isSeveral: Bool { if case .equals = filter.test { values.count > 1 } else { false } }
    }

    /// From the query's names and values, as they were sent. Throws `FieldErrors` with every fault found.
    /// - permissions: of the reader; columns beyond them are not there for him.
    package init(_ pairs: [(name: String, value: String)], of spec: ListSpec, permissions: Set<String>) throws {
        var reader = ListQueryReader(spec: spec, pairs: pairs, permissions: permissions)
        sort = spec.sorts[0]
        descends = sort.descends
        columns = reader.columns()
        search = reader.search()
        filters = reader.filters()
        size = reader.size()
        let chosen = reader.sort()
        sort = chosen?.sort ?? ListQuery.usual(spec, filters, hasSearch: search != nil)
        descends = chosen?.descends ?? sort.descends
        after = reader.cursor("after", sort, descends)
        before = reader.cursor("before", sort, descends)
        if after != nil, before != nil { reader.fault("before", "constraint", "can't be given together with after") }
        reader.refuseUnknown()
        guard reader.faults.isEmpty else { throw FieldErrors(reader.faults) }
    }

    /// The same from values that were decoded already.
    package init(_ values: [String: FieldValue], of spec: ListSpec, permissions: Set<String>) throws {
        let pairs = values.sorted { $0.key < $1.key }.compactMap { name, value in
            ListQuery.text(value).map { (name: name, value: $0) }
        }
        try self.init(pairs, of: spec, permissions: permissions)
    }

    /// The first sort that is fast with these filters.
    private static func usual(_ spec: ListSpec, _ filters: [Filter], hasSearch: Bool) -> ListSort {
        spec.sorts.first { spec.isFast(filters, $0, hasSearch: hasSearch) } ?? spec.sorts[0]
    }

    private static func text(_ value: FieldValue) -> String? {
        switch value {
        case .null, .object: nil
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .number(let number): String(number)
        case .text(let text): text
        case .list(let values): values.compactMap(text).joined(separator: ",")
        @unknown default: nil
        }
    }
}

extension ListSpec {
    /// Whether an index serves these filters in this order.
    func isFast(_ filters: [ListQuery.Filter], _ sort: ListSort, hasSearch: Bool) -> Bool {
        if filters.contains(where: \.isSeveral) { return false }
        let names = ListSpec.indexed(filters, sort).union(hasSearch ? [ListSearch.name] : [])
        return fast.contains(ListPair(names, sort.name))
    }

    /// The filters that an index must have for this order.
    static func indexed(_ filters: [ListQuery.Filter], _ sort: ListSort) -> Set<String> {
        Set(
            filters.filter { given in
                switch given.filter.test {
                // Whose rows is said by the path, like the reader's own scope.
                case .reseller: false
                case .range(let sql, _): sql != sort.sql
                default: true
                }
            }.map(\.filter.name))
    }
}
