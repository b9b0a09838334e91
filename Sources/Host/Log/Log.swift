import Glibc

/// Writes one line an event, as text or as JSON: time, level, who speaks, message, keys with values.
///
/// A line is always one line and can be split again. A line that repeats is written a few times and then counted.
/// Secrets and passwords are never given to it.
package struct Log: Sendable {
    /// Who speaks: `supervisor`, `radius`, `control`, a plugin's id.
    package let part: String
    package let level: LogLevel
    package let format: LogFormat
    private let write: @Sendable (String) -> Void
    private let clock: @Sendable () -> LogTime
    private let repeats: LogRepeats

    /// Without `write` the lines go to standard error; without `clock` they carry the machine's time, in UTC.
    package init(
        part: String, level: LogLevel = .info, format: LogFormat = .text, repeats: LogRepeats = LogRepeats(),
        clock: @escaping @Sendable () -> LogTime = LogTime.now,
        write: @escaping @Sendable (String) -> Void = Log.standardError
    ) {
        self.part = part
        self.level = level
        self.format = format
        self.repeats = repeats
        self.write = write
        self.clock = clock
    }

    /// The same log, spoken by another part.
    package func part(_ name: String) -> Log {
        Log(part: name, level: level, format: format, repeats: repeats, clock: clock, write: write)
    }

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
        let body = format.body(level, part, message, values.map { ($0.key.rawValue, String(describing: $0.value)) })
        let time = clock()
        let (isWritten, told) = repeats.look(body, at: time)
        for line in told { write(format.line(time, format.repeated(line.body, line.count))) }
        if isWritten { write(format.line(time, body)) }
    }

    /// One write for the whole line: lines of several processes on one pipe stay whole up to PIPE_BUF bytes.
    @Sendable
    package static func standardError(_ line: String) {
        var line = line
        _ = line.withUTF8 { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
