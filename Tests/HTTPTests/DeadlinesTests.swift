import Testing

@testable import HTTP

@Suite
struct DeadlinesTests {
    private let start = ContinuousClock.now

    @Test func `a connection whose request is not whole in time is overdue, once`() {
        var deadlines = Deadlines(limit: .seconds(60))
        deadlines.opened(1, 7, now: start)
        #expect(deadlines.overdue(now: start + .seconds(59)) == [])
        #expect(deadlines.overdue(now: start + .seconds(60)) == [7])
        #expect(deadlines.overdue(now: start + .seconds(61)) == [])
    }

    @Test func `answering takes the time it takes, and the next request has its own`() {
        var deadlines = Deadlines(limit: .seconds(60))
        deadlines.opened(1, 7, now: start)
        deadlines.received(1)
        #expect(deadlines.overdue(now: start + .seconds(600)) == [])
        deadlines.answered(1, now: start + .seconds(600))
        #expect(deadlines.overdue(now: start + .seconds(659)) == [])
        #expect(deadlines.overdue(now: start + .seconds(660)) == [7])
    }

    @Test func `a closed connection is forgotten`() {
        var deadlines = Deadlines(limit: .seconds(60))
        deadlines.opened(1, 7, now: start)
        deadlines.closed(1)
        deadlines.answered(1, now: start)
        #expect(deadlines.count == 0)
        #expect(deadlines.overdue(now: start + .seconds(99)) == [])
    }
}
