import Store
import Threads

/// The statement that reads one row of a list by its id, with all columns that the reader may see.
struct ListRowText: Sendable {
    let columns: [ListColumn]
    let sql: String
    let parameters: [Parameter]

    /// The first parameter is the id.
    init(_ spec: ListSpec, _ columns: [ListColumn], _ scoped: Scoped, _ id: Int64) {
        self.columns = columns
        var sql = SQLText()
        let place = sql.place(.int(id))
        let scope = scoped.condition(spec.kind, &sql)
        let selected = columns.map { scoped.filled($0.jsonSQL, &sql) }.joined(separator: ", ")
        let tables = spec.elsewhere.map { $0.tables } ?? [spec.kind.table]
        let texts = tables.map { table in
            "SELECT \(selected) FROM \(table) r"
                + " WHERE r.id = \(place)::bigint AND \(spec.kind.alive) AND \(scope)"
        }
        self.sql = texts.joined(separator: " UNION ALL ") + " LIMIT 1"
        parameters = sql.parameters
    }

    /// The same for another row; only where the id is the one parameter.
    private init(_ known: ListRowText, _ id: Int64) {
        columns = known.columns
        sql = known.sql
        parameters = [.int(id)]
    }

    func of(_ id: Int64) -> ListRowText { ListRowText(self, id) }
}

/// Texts of one list that were made before: putting forty columns together costs more than sending them.
///
/// For the house alone, whose texts differ only by the columns that a permission opens.
final class ListRowTexts: Sendable {
    private let spec: ListSpec
    private let guarded: [String]
    private let known = Locked<[[Bool]: ListRowText]>([:])

    init(_ spec: ListSpec) {
        self.spec = spec
        guarded = Set(spec.columns.compactMap(\.permission)).sorted()
    }

    func text(_ scoped: Scoped, _ permissions: Set<String>, _ id: Int64) -> ListRowText {
        guard scoped.scope.isHouse else { return make(scoped, permissions, id) }
        let key = guarded.map(permissions.contains)
        if let text = known.withLock({ $0[key] }) { return text.of(id) }
        let text = make(scoped, permissions, id)
        known.withLock { $0[key] = text }
        return text
    }

    private func make(_ scoped: Scoped, _ permissions: Set<String>, _ id: Int64) -> ListRowText {
        ListRowText(spec, spec.columns.filter { $0.permission.map(permissions.contains) ?? true }, scoped, id)
    }
}
