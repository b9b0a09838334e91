import Store

/// Brings events from the database to those who listen, a step at a time, on one connection and one thread.
struct EventPump {
    /// The client should read everything anew: what it missed is no longer known.
    static let reset = "reset"
    /// No event: tells a client how far it is, so that it can break off and go on there.
    static let mark = "cursor"
    /// Microseconds between two marks: the feed is kept for a day.
    private static let markEvery: UInt64 = 600_000_000
    private static let recheckEvery: UInt64 = 60_000_000
    private static let recheckAtMostEvery: UInt64 = 5_000_000
    /// New clients that are brought up to date in one step.
    private static let mostNew = 500

    private let crowd: EventCrowd
    private let connection: Connection
    private let recheck: (Connection, [Principal]) throws -> [Principal?]
    private var sources: [any EventSource]
    private var markedAt: UInt64 = 0
    private var checkedAt: UInt64 = 0
    private var isRightsNews = false

    init(
        _ crowd: EventCrowd, _ connection: Connection,
        _ recheck: @escaping (Connection, [Principal]) throws -> [Principal?],
        sources: [any EventSource] = [SessionEvents(), LoginEvents(), FigureEvents()]
    ) throws {
        self.crowd = crowd
        self.connection = connection
        self.recheck = recheck
        self.sources = sources
        if crowd.cursor == nil { crowd.cursor = try ChangeFeed.now(connection).snapshot }
    }

    /// What happened since the last step, to whom it concerns.
    ///
    /// - now: microseconds of a clock that never goes back.
    mutating func step(now: UInt64) throws {
        let new = crowd.welcome(most: EventPump.mostNew)
        do {
            try tellChanges(new, now)
        } catch {
            crowd.putBack(new)
            throw error
        }
        let listeners = crowd.present()
        guard let cursor = crowd.cursor, !listeners.isEmpty else { return }
        for index in sources.indices {
            let wanted = listeners.filter { listener in sources[index].topics.contains { listener.wants($0) } }
            for given in try sources[index].step(now: now, wanted.map(\.principal), connection) {
                for listener in wanted where listener.hears(given) { listener.send(cursor, given.topic, given.json) }
            }
        }
    }

    /// All reads are of one snapshot, so that a new client goes on where the others are.
    private mutating func tellChanges(_ new: [EventListener], _ now: UInt64) throws {
        let old = crowd.cursor ?? ""
        let fresh = Set(new.map(ObjectIdentifier.init))
        var letters: [(listeners: [EventListener], answer: ChangeFeed.Answer, from: String)] = []
        var cursor = old
        try connection.transaction { () throws in
            try connection.execute("set transaction isolation level repeatable read")
            let (answer, next) = try ChangeFeed.next(.init(snapshot: old), connection)
            cursor = next.snapshot
            letters.append((crowd.present().filter { !fresh.contains(ObjectIdentifier($0)) }, answer, old))
            for (id, listeners) in Dictionary(grouping: new, by: { $0.lastEventID ?? "" }) where !id.isEmpty {
                guard EventPump.isCursor(id) else {
                    letters.append((listeners, .reload, id))
                    continue
                }
                letters.append((listeners, try ChangeFeed.next(.init(snapshot: id), connection).0, id))
            }
            for letter in letters { try deliver(letter, cursor) }
        }
        crowd.cursor = cursor
        for listener in new { listener.send(cursor, EventPump.mark, "{}") }
        if now - markedAt >= EventPump.markEvery {
            markedAt = now
            for listener in crowd.present() { listener.send(cursor, EventPump.mark, "{}") }
        }
        try checkRights(letters.first?.answer, now)
    }

    private func deliver(
        _ letter: (listeners: [EventListener], answer: ChangeFeed.Answer, from: String), _ cursor: String
    ) throws {
        switch letter.answer {
        case .reload: for listener in letter.listeners { listener.send(cursor, EventPump.reset, "{}") }
        case .changes(let changes):
            if letter.listeners.isEmpty || changes.isEmpty { return }
            let events = try FeedEvents.make(changes, connection)
            for listener in letter.listeners { listener.give(events, previous: letter.from, cursor: cursor) }
        }
    }

    /// Sign-ins of others are news of rights too, so it is not asked at each.
    private mutating func checkRights(_ answer: ChangeFeed.Answer?, _ now: UInt64) throws {
        if case .changes(let changes)? = answer {
            isRightsNews = isRightsNews || changes.contains { $0.topic == "identity" }
        }
        if case .reload? = answer { isRightsNews = true }
        let age = now - checkedAt
        guard age >= EventPump.recheckEvery || isRightsNews && age >= EventPump.recheckAtMostEvery else { return }
        let listeners = crowd.present()
        for (listener, principal) in zip(listeners, try recheck(connection, listeners.map(\.principal))) {
            if let principal { listener.change(principal) } else { listener.end() }
        }
        checkedAt = now
        isRightsNews = false
    }

    /// What PostgreSQL can read as a snapshot; anything else would fail the query for everybody.
    static func isCursor(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, text.utf8.count <= 10_000, let low = UInt64(parts[0]), let high = UInt64(parts[1]),
            0 < low, low <= high, high < UInt64(Int64.max)
        else { return false }
        if parts[2].isEmpty { return true }
        var last: UInt64 = 0
        for part in parts[2].split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = UInt64(part), number > last, number >= low, number < high else { return false }
            last = number
        }
        return true
    }
}

/// Events of the moment, looked for only while somebody listens.
protocol EventSource {
    var topics: [String] { get }

    /// What happened since the last step; `listeners` are those who want its topics, and without any it forgets what it
    /// knew.
    mutating func step(now: UInt64, _ listeners: [Principal], _ connection: Connection) throws -> [Event]
}
