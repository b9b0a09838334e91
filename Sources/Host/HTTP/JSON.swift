/// A JSON value to be written (RFC 8259). Members keep their order.
package indirect enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case array([JSON])
    case object([(String, JSON)])
    /// JSON text made elsewhere (the database), taken as it is.
    case raw(String)

    package static func == (left: JSON, right: JSON) -> Bool { left.text == right.text }

    package static func count(_ value: some BinaryInteger) -> JSON { .integer(Int64(value)) }

    /// The value or null.
    package static func optional(_ text: String?) -> JSON { text.map(JSON.text) ?? .null }

    /// As JSON text, without blanks or line breaks.
    package var text: String {
        var result = ""
        write(to: &result)
        return result
    }

    private func write(to result: inout String) {
        switch self {
        case .null: result += "null"
        case .bool(let value): result += value ? "true" : "false"
        case .integer(let value): result += String(value)
        // JSON has no infinity and no NaN.
        case .number(let value): result += value.isFinite ? String(value) : "null"
        case .text(let value): JSON.quote(value, to: &result)
        case .raw(let text): result += text
        case .array(let values): JSON.list(values, "[", "]", to: &result) { $0.write(to: &$1) }
        case .object(let members):
            JSON.list(members, "{", "}", to: &result) { member, result in
                JSON.quote(member.0, to: &result)
                result += ":"
                member.1.write(to: &result)
            }
        }
    }

    private static func list<Element>(
        _ elements: [Element], _ open: String, _ close: String, to result: inout String,
        _ write: (Element, inout String) -> Void
    ) {
        result += open
        for (index, element) in elements.enumerated() {
            if index > 0 { result += "," }
            write(element, &result)
        }
        result += close
    }

    private static func quote(_ text: String, to result: inout String) {
        result += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 32:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        result += "\""
    }
}
