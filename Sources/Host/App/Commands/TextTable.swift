import HTTP
import Store

/// Rows of a query as people or scripts read them.
enum TextTable {
    /// Columns under their names, aligned; nothing but the names when there are no rows.
    static func text(_ rows: Rows) -> String {
        let names = rows.columnNames
        return text(names, rows.map { row in names.indices.map { row.optionalText($0) ?? "" } })
    }

    /// The same of rows made by hand.
    static func text(_ names: [String], _ cells: [[String]]) -> String {
        let widths = names.indices.map { column in
            ([names[column]] + cells.map { $0[column] }).map(\.count).max() ?? 0
        }
        return ([names] + cells).map { line in
            var text = ""
            for (cell, width) in zip(line, widths) {
                text += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while text.last == " " { text.removeLast() }
            return text + "\n"
        }.joined()
    }

    /// Prints what a query gives: a table, or with `--json` an array of objects made by the database.
    static func show(_ connection: Connection, _ sql: String, _ parameters: [Parameter], _ environment: Environment)
        throws
    {
        if environment.isJSON {
            let rows = try connection.query(
                "select coalesce(json_agg(row_to_json(r)), '[]')::text from (\(sql)) r", parameters)
            environment.print(rows.first?.text(0) ?? "[]")
        } else {
            environment.writeOutput(text(try connection.query(sql, parameters)))
        }
    }
}
