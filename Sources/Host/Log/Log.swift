import Glibc

/// Writes one line an event: `2026-11-21T09:30:00.125Z info supervisor child started process=radius pid=71`.
///
/// A value with a blank, a quote or a control character is quoted, so a line is always one line and can be split again.
/// Secrets and passwords are never given to it.
package struct Log: Sendable {
    /// Who speaks: `supervisor`, `radius`, `control`, a plugin's id.
    package let part: String
    package let level: LogLevel
    private let write: @Sendable (String) -> Void
    private let clock: @Sendable () -> LogTime

    /// Without `write` the lines go to standard error; without `clock` they carry the machine's time, in UTC.
    package init(
        part: String, level: LogLevel = .info, clock: @escaping @Sendable () -> LogTime = LogTime.now,
        write: @escaping @Sendable (String) -> Void = Log.standardError
    ) {
        self.part = part
        self.level = level
        self.write = write
        self.clock = clock
    }

    /// The same log, spoken by another part.
    package func part(_ name: String) -> Log { Log(part: name, level: level, clock: clock, write: write) }

    package func debug(_ message: String, _ values: KeyValuePairs<LogKey, Any> = [:]) {
        line(.debug, message, values)
    }

    package func info(_ message: String, _ values: KeyValuePairs<LogKey, Any> = [:]) {
        line(.info, message, values)
    }

    package func warning(_ message: String, _ values: KeyValuePairs<LogKey, Any> = [:]) {
        line(.warning, message, values)
    }

    package func error(_ message: String, _ values: KeyValuePairs<LogKey, Any> = [:]) {
        line(.error, message, values)
    }

    private func line(
        _ level: LogLevel, _ message: String, _ values: KeyValuePairs<LogKey, Any>
    ) {
        guard level >= self.level else { return }
        var text = "\(clock()) \(level.rawValue) \(part) \(Log.singleLine(message))"
        for (key, value) in values { text += " \(key.rawValue)=\(Log.quoted(String(describing: value)))" }
        write(text + "\n")
    }

    /// One write for the whole line: lines of several processes on one pipe stay whole up to PIPE_BUF bytes.
    @Sendable
    package static func standardError(_ line: String) {
        var line = line
        _ = line.withUTF8 { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private static func singleLine(_ text: String) -> String {
        text.unicodeScalars.contains { $0.value < 32 } ? escaped(text) : text
    }

    private static func quoted(_ text: String) -> String {
        let needsQuotes = text.isEmpty || text.unicodeScalars.contains { $0.value <= 32 || $0 == "\"" || $0 == "=" }
        return needsQuotes ? "\"\(escaped(text))\"" : text
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.value < 32 || scalar.value == 127: result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
