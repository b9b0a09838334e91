import PluginAPI
import Testing

@testable import HTTP

@Suite
struct ConnectionTableTests {
    private let start = ContinuousClock.now
    private let address = IPAddress("192.0.2.1")

    @Test func `a connection whose request is not whole in time is overdue, once`() {
        var table = ConnectionTable(limit: .seconds(60))
        table.opened(1, 7, nil, now: start)
        #expect(table.overdue(now: start + .seconds(59)) == [])
        #expect(table.overdue(now: start + .seconds(60)) == [7])
        #expect(table.overdue(now: start + .seconds(61)) == [])
    }

    @Test func `answering takes the time it takes, and the next request has its own`() {
        var table = ConnectionTable(limit: .seconds(60))
        table.opened(1, 7, nil, now: start)
        table.busy(1)
        #expect(table.overdue(now: start + .seconds(600)) == [])
        table.waits(1, now: start + .seconds(600))
        #expect(table.overdue(now: start + .seconds(659)) == [])
        #expect(table.overdue(now: start + .seconds(660)) == [7])
    }

    @Test func `a closed connection is forgotten, and no longer counts for its address`() {
        var table = ConnectionTable(limit: .seconds(60))
        table.opened(1, 7, address, now: start)
        table.opened(2, 8, address, now: start)
        #expect(address.map { table.count(of: $0) } == 2)
        table.closed(1)
        table.closed(1)
        table.waits(1, now: start)
        #expect(table.count == 1)
        #expect(address.map { table.count(of: $0) } == 1)
        #expect(table.overdue(now: start + .seconds(99)) == [8])
    }

    @Test func `those that have waited longest for a request are the oldest; who is being answered is not among them`()
    {
        var table = ConnectionTable(limit: .seconds(60))
        for key in 1...4 { table.opened(UInt(key), Int32(key), nil, now: start + .seconds(key)) }
        table.busy(1)
        table.waits(2, now: start + .seconds(50))
        #expect(Set(table.oldest(2)) == [3, 4])
        #expect(table.oldest(2) == [2])
        #expect(table.oldest(2) == [])
    }
}
