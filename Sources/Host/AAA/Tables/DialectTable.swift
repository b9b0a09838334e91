/// Dialects by name. There is a handful, and each packet asks for one: comparing a few short names costs less than
/// hashing one.
package struct DialectTable: Sendable {
    private var rows: [(name: String, facts: DialectFacts)] = []

    package init() {}

    package subscript(_ name: String) -> DialectFacts? {
        get {
            for row in rows where row.name == name { return row.facts }
            return nil
        }
        set {
            rows.removeAll { $0.name == name }
            if let newValue { rows.append((name, newValue)) }
        }
    }

    package var all: [(name: String, facts: DialectFacts)] { rows }
}
