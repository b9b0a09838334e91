package import Store

/// SQL that is put together from texts of our source; whatever comes from outside becomes a parameter.
package struct SQLText {
    package private(set) var parameters: [Parameter] = []

    package init() {}

    /// The place (`$1`, `$2`, …) of a value.
    package mutating func place(_ value: Parameter) -> String {
        parameters.append(value)
        return "$\(parameters.count)"
    }

    /// A template with a value for each `?`, which a cast follows: `r.id = ?::bigint`.
    package mutating func fill(_ template: String, _ values: Parameter...) -> String {
        let parts = template.split(separator: "?", omittingEmptySubsequences: false)
        precondition(parts.count == values.count + 1, "\(template) takes \(parts.count - 1) values")
        var text = String(parts[0])
        for (value, part) in zip(values, parts.dropFirst()) { text += place(value) + part }
        return text
    }
}

extension SQLText {
    /// For COPY, which takes no parameters: the values become settings of the transaction, and the text reads them there.
    ///
    /// Gives the statement that sets them, and the text with `$n` replaced.
    package func settings(for text: String) -> (set: Statement, text: String) {
        let values = parameters.map { Parameter.text(SQLText.literal($0)) }
        let sets = parameters.indices.map { "set_config('tollkeeper.p\($0 + 1)', $\($0 + 1), true)" }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            let digits = rest[rest.index(after: dollar)...].prefix { $0.isNumber }
            result += rest[..<dollar] + "current_setting('tollkeeper.p\(digits)')"
            rest = rest[digits.endIndex...]
        }
        let select = sets.isEmpty ? "SELECT 1" : "SELECT " + sets.joined(separator: ", ")
        return (Statement(select, values), result + rest)
    }

    /// As the server reads it from text.
    static func literal(_ value: Parameter) -> String {
        switch value {
        case .int(let number): String(number)
        case .bool(let flag): flag ? "true" : "false"
        case .text(let text), .inet(let text): text
        case .timestamp(let microseconds): Timestamp.text(microseconds)
        case .intArray(let numbers): "{" + numbers.map { $0.map { String($0) } ?? "NULL" }.joined(separator: ",") + "}"
        case .textArray(let texts): "{" + texts.map { $0.map(quoted) ?? "NULL" }.joined(separator: ",") + "}"
        default: preconditionFailure("a list filters by numbers, texts and times")
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text {
            if character == "\"" || character == "\\" { result += "\\" }
            result.append(character)
        }
        return result + "\""
    }
}
