import Store

extension Scoped {
    /// A column's SQL for this reader. What it counts of another table, it counts as far as he sees: `:seen(s)` becomes
    /// whether he sees the row `s`, of a table with a reseller's path (`o`: of a reseller).
    func filled(_ text: String, _ sql: inout SQLText) -> String {
        var text = text
        for (row, path) in [("s", "reseller_path"), ("l", "reseller_path"), ("o", "path")]
        where text.contains(":seen(\(row))") {
            let seen =
                scope.isHouse
                ? "true"
                : sql.fill(
                    "(\(row).\(path) <> '' AND \(row).\(path) = ANY (?::text[]))", .textArray(paths))
            text = text.replacing(":seen(\(row))", with: seen)
        }
        return text
    }
}
