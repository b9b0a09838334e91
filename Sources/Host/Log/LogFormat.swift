/// How a line of the log is written.
package enum LogFormat: String, Sendable, CaseIterable {
    /// `2026-11-21T09:30:00.125Z info supervisor child started process=radius pid=71`.
    case text
    /// `{"time":"…","level":"info","part":"supervisor","message":"child started","process":"radius","pid":"71"}`.
    case json

    /// The line without its time, and its end.
    func body(_ level: LogLevel, _ part: String, _ message: String, _ values: [(String, String)]) -> String {
        switch self {
        case .text:
            return "\(level.rawValue) \(part) \(LogFormat.singleLine(message))"
                + values.map { " \($0.0)=\(LogFormat.quoted($0.1))" }.joined()
        case .json:
            let members = [("level", level.rawValue), ("part", part), ("message", message)] + values
            return members.map { "\"\($0.0)\":\"\(LogFormat.json($0.1))\"" }.joined(separator: ",")
        }
    }

    func line(_ time: LogTime, _ body: String) -> String {
        switch self {
        case .text: "\(time) \(body)\n"
        case .json: "{\"time\":\"\(time)\",\(body)}\n"
        }
    }

    /// What is added to a body that was left out `count` times.
    func repeated(_ body: String, _ count: Int) -> String {
        switch self {
        case .text: "\(body) repeated=\(count)"
        case .json: "\(body),\"repeated\":\"\(count)\""
        }
    }

    private static func singleLine(_ text: String) -> String {
        text.unicodeScalars.contains { $0.value < 32 } ? escaped(text) : text
    }

    private static func quoted(_ text: String) -> String {
        let needsQuotes = text.isEmpty || text.unicodeScalars.contains { $0.value <= 32 || $0 == "\"" || $0 == "=" }
        return needsQuotes ? "\"\(escaped(text))\"" : text
    }

    /// For a line of text.
    private static func escaped(_ text: String) -> String { escaped(text) { "\\u{\($0)}" } }

    /// RFC 8259 section 7.
    private static func json(_ text: String) -> String {
        escaped(text) { "\\u" + String(repeating: "0", count: 4 - $0.count) + $0 }
    }

    /// - control: how a control character is written, from its digits.
    private static func escaped(_ text: String, control: (_ hexadecimal: String) -> String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.value < 32 || scalar.value == 127: result += control(String(scalar.value, radix: 16))
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
