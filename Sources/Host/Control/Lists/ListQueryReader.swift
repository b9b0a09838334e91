import PluginAPI

/// Takes a query apart, noting every fault by its parameter's name.
struct ListQueryReader {
    let spec: ListSpec
    let pairs: [(name: String, value: String)]
    let permissions: Set<String>
    private(set) var faults: [FieldError] = []

    init(spec: ListSpec, pairs: [(name: String, value: String)], permissions: Set<String>) {
        self.spec = spec
        self.pairs = pairs
        self.permissions = permissions
    }

    mutating func fault(_ name: String, _ code: String, _ message: String) {
        faults.append(FieldError(field: name, code: code, message: message))
    }

    /// An empty value is as none.
    private mutating func value(_ name: String) -> String? {
        let given = pairs.filter { $0.name == name && !$0.value.isEmpty }
        if given.count > 1 { fault(name, "constraint", "is given twice") }
        return given.first?.value
    }

    mutating func size() -> Int {
        guard let text = value("size") else { return 50 }
        guard let size = Int(text), ListQuery.sizes.contains(size) else {
            fault("size", "constraint", "must be \(ListQuery.sizes.lowerBound) to \(ListQuery.sizes.upperBound)")
            return 50
        }
        return size
    }

    mutating func sort() -> (sort: ListSort, descends: Bool)? {
        guard let text = value("sort") else { return nil }
        let name = text.hasPrefix("-") ? String(text.dropFirst()) : text
        guard let sort = spec.sorts.first(where: { $0.name == name }) else {
            let names = spec.sorts.map(\.name).joined(separator: ", ")
            fault("sort", "constraint", "must be one of \(names), with - before it to descend")
            return nil
        }
        return (sort, text.hasPrefix("-"))
    }

    mutating func columns() -> [ListColumn] {
        let allowed = spec.columns.filter { column in
            column.shown != .alone && (column.permission.map(permissions.contains) ?? true)
        }
        guard let text = value("fields") else { return allowed.filter { $0.shown == .always } }
        var chosen: [ListColumn] = []
        for name in text.split(separator: ",") {
            guard let column = allowed.first(where: { $0.name == name }) else {
                fault("fields", "constraint", "names \(name.prefix(40)), and there is no such column")
                continue
            }
            if !chosen.contains(where: { $0.name == column.name }) { chosen.append(column) }
        }
        return chosen
    }

    mutating func search() -> String? {
        guard spec.search != nil, let text = value(ListSearch.name) else { return nil }
        guard text.unicodeScalars.count <= 100, !text.utf8.contains(0) else {
            fault(ListSearch.name, "constraint", "must have up to 100 characters")
            return nil
        }
        return text
    }

    mutating func filters() -> [ListQuery.Filter] {
        var result: [ListQuery.Filter] = []
        for filter in spec.filters {
            for name in filter.parameters {
                guard let text = value(name) else { continue }
                guard let values = check(filter, name, text) else { continue }
                result.append(ListQuery.Filter(filter: filter, name: name, values: values))
            }
        }
        return result
    }

    private mutating func check(_ filter: ListFilter, _ name: String, _ text: String) -> [String]? {
        switch filter.test {
        case .equals(_, let kind):
            let values = text.split(separator: ",").map(String.init)
            if values.isEmpty || values.count > 100 || values.contains(where: { kind.parameter($0) == nil }) {
                fault(name, "type", kind.fault)
                return nil
            }
            return values
        case .range(_, let kind): return one(name, text, kind)
        case .prefix: return one(name, text, .text)
        case .present, .condition: return one(name, text, .bool)
        case .reseller: return one(name, text, .bigint)
        case .within:
            if IPPrefix(text) == nil {
                fault(name, "type", "must be an address or a network like 192.0.2.0/24")
                return nil
            }
            return [text]
        case .words(let words):
            if !words.contains(where: { $0.word == text }) {
                fault(name, "constraint", "must be one of \(words.map(\.word).joined(separator: ", "))")
                return nil
            }
            return [text]
        }
    }

    private mutating func one(_ name: String, _ text: String, _ kind: ListFilter.Value) -> [String]? {
        if kind.parameter(text) == nil {
            fault(name, "type", kind.fault)
            return nil
        }
        return [text]
    }

    mutating func cursor(_ name: String, _ sort: ListSort, _ descends: Bool) -> ListCursor? {
        guard let text = value(name) else { return nil }
        guard let cursor = ListCursor(text, list: spec.name, sort: sort.name, descends: descends) else {
            fault(name, "constraint", "is no place in this list in this order; begin at the first page")
            return nil
        }
        return cursor
    }

    mutating func refuseUnknown() {
        var known = Set(ListQuery.reserved + spec.filters.flatMap(\.parameters))
        if spec.search == nil { known.remove(ListSearch.name) }
        for name in Set(pairs.map(\.name)).subtracting(known).sorted() {
            fault(name, "unknown", "is no parameter of this list")
        }
    }
}
