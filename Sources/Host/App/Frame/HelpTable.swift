/// Two columns of help text: names, and what they are, wrapped at 100 columns.
enum HelpTable {
    static let width = 100

    static func text(_ rows: [(name: String, meaning: String)]) -> String {
        let column = min(34, (rows.map(\.name.count).max() ?? 0) + 4)
        return rows.map { row(name: $0.name, meaning: $0.meaning, column: column) }.joined()
    }

    private static func row(name: String, meaning: String, column: Int) -> String {
        let indent = String(repeating: " ", count: column)
        var text = "  " + name
        // A name too long for its column stands on a line of its own.
        if text.count + 2 > column {
            text += "\n" + indent
        } else {
            text += String(repeating: " ", count: column - text.count)
        }
        return text + wrapped(meaning, to: width - column).joined(separator: "\n" + indent) + "\n"
    }

    private static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
