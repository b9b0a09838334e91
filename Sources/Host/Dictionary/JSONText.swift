/// A JSON value, enough to print reports. Keys keep their order.
package indirect enum JSONText {
    case string(String)
    case number(Int)
    case bool(Bool)
    case null
    case array([JSONText])
    case object([(String, JSONText)])

    /// Indented by two spaces; arrays and objects without members on one line.
    package var text: String { rendered("") }

    private func rendered(_ indent: String) -> String {
        switch self {
        case .string(let value): JSONText.quoted(value)
        case .number(let value): "\(value)"
        case .bool(let value): value ? "true" : "false"
        case .null: "null"
        case .array(let items): JSONText.list("[", items.map { $0.rendered(indent + "  ") }, "]", indent)
        case .object(let pairs):
            JSONText.list(
                "{", pairs.map { "\(JSONText.quoted($0.0)): \($0.1.rendered(indent + "  "))" }, "}", indent)
        }
    }

    private static func list(_ open: String, _ items: [String], _ close: String, _ indent: String) -> String {
        guard !items.isEmpty else { return open + close }
        return "\(open)\n" + items.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)\(close)"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\u{0}"..."\u{1f}", "\u{7f}":
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
