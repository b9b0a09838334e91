import PluginAPI

/// The open connections: whose they are, and until when each must have sent a whole request. That is an absolute time,
/// which a client that drips one byte after another can't put off.
struct ConnectionTable {
    typealias Key = UInt

    private struct Entry {
        let descriptor: Int32
        let address: IPAddress?
        /// Nil while the time is ours, or when it was told to close.
        var due: ContinuousClock.Instant?
        var body: Body?
    }

    /// A body that comes in.
    private struct Body {
        let began: ContinuousClock.Instant
        let allowed: Int
        var received = 0
    }

    /// From the connection's begin, or from the end of the last answer, to the next request's headers.
    let limit: Duration
    private var entries: [Key: Entry] = [:]
    private var perAddress: [IPAddress: Int] = [:]

    init(limit: Duration) { self.limit = limit }

    var count: Int { entries.count }

    func count(of address: IPAddress) -> Int { perAddress[address] ?? 0 }

    mutating func opened(_ key: Key, _ descriptor: Int32, _ address: IPAddress?, now: ContinuousClock.Instant) {
        closed(key)
        entries[key] = Entry(descriptor: descriptor, address: address, due: now + limit)
        if let address { perAddress[address, default: 0] += 1 }
    }

    /// The request is there, or waits for us: the time it takes is ours.
    mutating func busy(_ key: Key) {
        entries[key]?.due = nil
        entries[key]?.body = nil
    }

    /// More is to come from the client: the next request, or the end of one whose body is none.
    mutating func waits(_ key: Key, now: ContinuousClock.Instant) {
        entries[key]?.due = now + limit
        entries[key]?.body = nil
    }

    /// A body of up to so many bytes is to come.
    mutating func awaitsBody(_ key: Key, allowed: Int, now: ContinuousClock.Instant) {
        entries[key]?.body = Body(began: now, allowed: allowed)
        received(0, key)
    }

    /// So many more bytes of the body have come.
    mutating func received(_ count: Int, _ key: Key) {
        guard var body = entries[key]?.body else { return }
        body.received += count
        entries[key]?.body = body
        let time = BodyTime(base: limit).limit(allowed: body.allowed, received: body.received)
        entries[key]?.due = body.began + time
    }

    mutating func closed(_ key: Key) {
        guard let entry = entries.removeValue(forKey: key), let address = entry.address else { return }
        let left = (perAddress[address] ?? 1) - 1
        perAddress[address] = left > 0 ? left : nil
    }

    /// The descriptors whose time is over, each once.
    mutating func overdue(now: ContinuousClock.Instant) -> [Int32] { take { $0 <= now } }

    /// The descriptors of those that have waited longest for a request, up to a number, each once.
    mutating func oldest(_ number: Int) -> [Int32] {
        let dues = entries.values.compactMap(\.due).sorted()
        guard let last = dues.prefix(number).last else { return [] }
        return take { $0 <= last }
    }

    private mutating func take(where isTaken: (ContinuousClock.Instant) -> Bool) -> [Int32] {
        var result: [Int32] = []
        for (key, entry) in entries {
            guard let due = entry.due, isTaken(due) else { continue }
            entries[key]?.due = nil
            entries[key]?.body = nil
            result.append(entry.descriptor)
        }
        return result
    }
}
