import Synchronization

/// What a server has done, counted.
final class HTTPCounters: Sendable {
    enum Refusal: Int, CaseIterable { case address, full, late, evicted }

    private let refusals = Refusal.allCases.map { _ in Counter() }
    private let classes = (0..<5).map { _ in Counter() }
    private let connections = Counter()

    final class Counter: Sendable {
        private let value = Atomic(0)
        func add() { value.add(1, ordering: .relaxed) }
        var count: Int { value.load(ordering: .relaxed) }
    }

    func opened() { connections.add() }

    func refused(_ reason: Refusal) { refusals[reason.rawValue].add() }

    /// - status: 100 to 599.
    func answered(_ status: Int) {
        guard (100..<600).contains(status) else { return }
        classes[status / 100 - 1].add()
    }

    func figures(open: Int, streams: Int) -> HTTPFigures {
        HTTPFigures(
            open: open, streams: streams, accepted: connections.count, refusedAddress: refusals[0].count,
            refusedFull: refusals[1].count, late: refusals[2].count, evicted: refusals[3].count,
            answers: classes.map(\.count))
    }
}

/// A look at a server's counters.
package struct HTTPFigures: Sendable, Equatable {
    /// Connections now.
    package var open = 0
    /// Bodies being streamed now, event streams among them.
    package var streams = 0
    /// Connections since the start.
    package var accepted = 0
    /// Refused, since their address had too many.
    package var refusedAddress = 0
    /// Refused, since all places were taken.
    package var refusedFull = 0
    /// Closed, since their request was not whole in time.
    package var late = 0
    /// Closed to make room.
    package var evicted = 0
    /// Answers with status 1xx, 2xx, 3xx, 4xx, 5xx.
    package var answers = [0, 0, 0, 0, 0]

    package init() {}

    init(
        open: Int, streams: Int, accepted: Int, refusedAddress: Int, refusedFull: Int, late: Int, evicted: Int,
        answers: [Int]
    ) {
        self.open = open
        self.streams = streams
        self.accepted = accepted
        self.refusedAddress = refusedAddress
        self.refusedFull = refusedFull
        self.late = late
        self.evicted = evicted
        self.answers = answers
    }
}
