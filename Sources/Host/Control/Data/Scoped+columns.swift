import Store

extension Scoped {
    /// A column's SQL for this reader. What it counts of another table, it counts as far as he sees: `:seen(s)` becomes
    /// whether he sees the row `s`, of a table with a reseller's path (`o`: of a reseller).
    func filled(_ text: String, _ sql: inout SQLText) -> String {
        guard Scoped.asks(text) else { return text }
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

    /// By bytes: a string's own search is made for characters, and with it forty columns cost half a request.
    private static func asks(_ text: String) -> Bool {
        var rest = text.utf8[...]
        while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            rest = rest[rest.index(after: colon)...]
            if rest.starts(with: "seen(".utf8) { return true }
        }
        return false
    }
}
