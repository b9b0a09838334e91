import Threads

/// Keeps a fault that repeats from filling the log: of the same line the first few in ten seconds are written, the rest
/// counted and told with the next line that is written after them.
package final class LogRepeats: Sendable {
    private struct Entry {
        var began: Int64
        var written: Int
        var leftOut = 0
    }

    static let windowMilliseconds: Int64 = 10_000
    static let most = 3
    /// Different lines remembered; further ones are written without being counted.
    private static let limit = 200
    private let entries = Locked<[String: Entry]>([:])

    package init() {}

    /// Whether the line is written now, and the lines whose counts are told first.
    func look(_ body: String, at time: LogTime) -> (isWritten: Bool, told: [(body: String, count: Int)]) {
        entries.withLock { entries in
            var told: [(body: String, count: Int)] = []
            for (body, entry) in entries where abs(time.milliseconds - entry.began) >= LogRepeats.windowMilliseconds {
                if entry.leftOut > 0 { told.append((body, entry.leftOut)) }
                entries[body] = nil
            }
            told.sort { $0.body < $1.body }
            guard var entry = entries[body] else {
                if entries.count < LogRepeats.limit { entries[body] = Entry(began: time.milliseconds, written: 1) }
                return (true, told)
            }
            let isWritten = entry.written < LogRepeats.most
            if isWritten { entry.written += 1 } else { entry.leftOut += 1 }
            entries[body] = entry
            return (isWritten, told)
        }
    }
}
