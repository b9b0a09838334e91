/// Until when each open connection must have sent a whole request: an absolute time, which a client that drips one
/// byte after another can't put off.
struct Deadlines {
    typealias Key = UInt

    private struct Entry {
        let descriptor: Int32
        var due: ContinuousClock.Instant?
    }

    /// From the connection's begin, or from the end of the last answer, to the next request's last byte.
    let limit: Duration
    private var entries: [Key: Entry] = [:]

    init(limit: Duration) { self.limit = limit }

    var count: Int { entries.count }

    mutating func opened(_ key: Key, _ descriptor: Int32, now: ContinuousClock.Instant) {
        entries[key] = Entry(descriptor: descriptor, due: now + limit)
    }

    /// The request is there in full: the time it takes to answer is ours.
    mutating func received(_ key: Key) { entries[key]?.due = nil }

    /// The answer is out, or will not be: the next request may come.
    mutating func answered(_ key: Key, now: ContinuousClock.Instant) { entries[key]?.due = now + limit }

    mutating func closed(_ key: Key) { entries[key] = nil }

    /// The descriptors whose time is over, each once.
    mutating func overdue(now: ContinuousClock.Instant) -> [Int32] {
        var result: [Int32] = []
        for (key, entry) in entries {
            guard let due = entry.due, due <= now else { continue }
            entries[key]?.due = nil
            result.append(entry.descriptor)
        }
        return result
    }
}
