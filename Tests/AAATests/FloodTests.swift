import PluginAPI
import RADIUS
import Testing

@testable import AAA

struct FloodWatchTests {
    /// A reference, because expectations call nothing that mutates.
    final class Watch {
        private var watch: FloodWatch
        init(_ watch: FloodWatch = FloodWatch()) { self.watch = watch }

        var isFlood: Bool { watch.isFlood }
        func look(unknown: Int, now: UInt64) -> Bool { watch.look(unknown: unknown, now: now) }
    }

    @Test func `a flood begins with more than 2,000 in a second, not with 2,000`() {
        let watch = Watch()
        for tick in 0..<100 { #expect(!watch.look(unknown: 20, now: 5000 + UInt64(tick) * 10)) }
        #expect(!watch.look(unknown: 2000, now: 6000) && !watch.isFlood)
        #expect(watch.look(unknown: 1, now: 6001) && watch.isFlood)
        #expect(!watch.look(unknown: 9000, now: 6002))
    }

    @Test func `it ends after ten quiet seconds, one loud second begins them anew`() {
        let watch = Watch()
        #expect(!watch.look(unknown: 0, now: 0) && watch.look(unknown: 3000, now: 1))
        var now: UInt64 = 1
        for second in 0..<15 {
            for _ in 0..<10 {
                now += 100
                #expect(!watch.look(unknown: second == 5 ? 200 : 20, now: now))
            }
        }
        now += 1000
        #expect(watch.look(unknown: 0, now: now) && !watch.isFlood)
    }

    @Test func `seconds in which nobody looked are quiet ones`() {
        let watch = Watch(FloodWatch(floodSince: 100))
        #expect(!watch.look(unknown: 3000, now: 500))
        #expect(!watch.look(unknown: 0, now: 9000))
        #expect(watch.look(unknown: 0, now: 11_200) && !watch.isFlood)
    }
}

struct DropSplitTests {
    final class Split {
        private var split: DropSplit
        init(total: UInt32) { split = DropSplit(total: total) }

        func see(total: UInt32?, passed: Int) { split.see(total: total, passed: passed) }
        func seeThinned(_ count: Int, _ source: IPAddress, kept: Double) {
            for _ in 0..<count { split.seeThinned(source, kept: kept) }
        }
        func take(isFiltering: Bool) -> DropSplit.Parts { split.take(isFiltering: isFiltering) }
    }

    @Test func `without a filter all that the kernel lost is the queue's`() {
        let split = Split(total: 100)
        split.see(total: nil, passed: 0)
        split.see(total: 150, passed: 9)
        split.see(total: 140, passed: 0)
        #expect(split.take(isFiltering: false) == DropSplit.Parts(overflow: 50, filtered: 0))
        #expect(split.take(isFiltering: false) == DropSplit.Parts(overflow: 0, filtered: 0))
    }

    @Test func `a total that was not told says nothing, however large the last one was`() {
        let split = Split(total: 3_000_000_000)
        split.see(total: nil, passed: 0)
        #expect(split.take(isFiltering: false).overflow == 0)
        split.see(total: 3_000_000_100, passed: 0)
        #expect(split.take(isFiltering: false).overflow == 100)
    }

    @Test func `with one, what fits those that passed is the filter's`() {
        let split = Split(total: .max - 10)
        split.see(total: 99_990, passed: 400)
        #expect(split.take(isFiltering: true) == DropSplit.Parts(overflow: 0, filtered: 100_001))
        split.see(total: 399_990, passed: 400)
        let parts = split.take(isFiltering: true)
        #expect(parts.filtered == 400 * 256 + 4 * 20 * 256 && parts.overflow == 300_000 - parts.filtered)
    }

    @Test func `of a thinned source so many were refused as those that passed tell`() {
        let split = Split(total: 0)
        let (mad, other) = (IPAddress("192.0.2.1")!, IPAddress("192.0.2.2")!)
        func take(isFiltering: Bool) -> [UInt64?] {
            let parts = split.take(isFiltering: isFiltering)
            return [parts.overflow, parts.filtered, parts.thinned[mad], parts.thinned[other]]
        }
        split.see(total: 3_100, passed: 0)
        split.seeThinned(1000, mad, kept: 0.25)
        #expect(take(isFiltering: false) == [0, 0, 3_100, nil])
        split.see(total: 13_100, passed: 0)
        split.seeThinned(500, mad, kept: 0.25)
        split.seeThinned(500, other, kept: 0.25)
        // The deviation of 1,000 that pass as one in four: the root of 12,000.
        #expect(take(isFiltering: false) == [10_000 - 3438, 0, 1719, 1719])
        split.see(total: 113_100, passed: 390)
        split.seeThinned(1000, mad, kept: 0.25)
        #expect(take(isFiltering: true) == [0, 97_000, 3000, nil])
        #expect(take(isFiltering: true) == [0, 0, nil, nil])
    }
}

@Suite(.serialized) struct FloodGateTests {
    let endpoint: UDPEndpoint
    let policy: LivePolicy
    let events = Noted()
    let counters = Counters()
    let batch = DatagramBatch()

    init() throws {
        endpoint = try UDPEndpoint(SourceAddress(IPAddress("127.0.0.1")!, port: 0))
        var tables = PolicyTables()
        tables.put(makeNAS { $0.source = IPPrefix("127.0.0.7")! })
        policy = LivePolicy(tables)
    }

    private func gate(now: UInt64) -> FloodGate {
        FloodGate(
            endpoint, node: "n1", policy: policy, events: events, counters: counters, now: now, log: { _ in })
    }

    private func arrive(_ count: Int, from source: String) throws -> (count: Int, drops: UInt32) {
        let client = try UDPEndpoint(SourceAddress(IPAddress(source)!, port: 0))
        var seen = 0
        var drops: UInt32 = 0
        for _ in 0..<count {
            batch.append(length: 20, to: endpoint.address, from: nil)
            _ = client.send(batch)
            while case let some = try endpoint.receive(into: batch, drops: &drops), some > 0 { seen += some }
            batch.count = 0
        }
        return (seen, drops)
    }

    @Test func `strangers are kept out while they flood, a new NAS is let in, and then all are`() throws {
        let gate = gate(now: 0)
        #expect(gate.isStranger(SourceAddress(IPAddress("127.0.0.8")!, port: 9)))
        #expect(!gate.isStranger(SourceAddress(IPAddress("127.0.0.7")!, port: 9)))
        gate.look(unknown: 2001, drops: 0, now: 1)
        #expect(gate.isFiltering)
        #expect(try arrive(60, from: "127.0.0.7").count == 60)
        let (passed, drops) = try arrive(1000, from: "127.0.0.8")
        #expect(passed < 40)
        gate.look(unknown: passed, drops: drops, now: 1100)
        #expect(counters.value("unknown_filtered") + counters.value("kernel_drops") == UInt64(1000 - passed))
        policy.change { $0.put(makeNAS { ($0.id, $0.source) = (2, IPPrefix("127.0.0.8")!) }) }
        gate.look(unknown: 0, drops: 0, now: 1200)
        #expect(try arrive(60, from: "127.0.0.8").count == 60)
        for second in 2...13 { gate.look(unknown: 0, drops: 0, now: UInt64(second) * 1000) }
        #expect(!gate.isFiltering)
        #expect(try arrive(60, from: "127.0.0.9").count == 60)
    }

    @Test func `a NAS whose flood fills the queue is thinned, its neighbours are not, and then it is let in`() throws {
        let gate = gate(now: 0)
        let mad = IPAddress("127.0.0.7")!
        let flooder = try UDPEndpoint(SourceAddress(mad, port: 0))
        let refusals = [FairShare.Refusal(source: mad, count: 900, sent: 1000)]
        gate.look(unknown: 0, refusals: refusals, drops: 0, now: 1000)
        while try #require(endpoint.queue).fill < 0.9 {
            for _ in 0..<64 { batch.append(length: 20, to: endpoint.address, from: nil) }
            _ = flooder.send(batch)
        }
        gate.look(unknown: 0, refusals: refusals, drops: 0, now: 1100)
        #expect(gate.isFiltering)
        var drops: UInt32 = 0
        while try endpoint.receive(into: batch, drops: &drops) > 0 {}
        // Of 100 that were served 150 in a thousand pass.
        #expect(try arrive(60, from: "127.0.0.9").count == 60)
        let passed = try arrive(1000, from: "127.0.0.7").count
        #expect((70...240).contains(passed), "\(passed)")
        // As if they had been received in batches of one.
        batch.append(length: 20, to: SourceAddress(mad, port: 9), from: nil)
        for _ in 0..<passed { gate.look(batch, unknown: 0, drops: 0, now: 1150) }
        batch.count = 0
        gate.look(unknown: 0, drops: 0, now: 1200)
        #expect(gate.isFiltering, "most of its thousand still pass no more")
        gate.look(unknown: 0, drops: 0, now: 1300)
        #expect(!gate.isFiltering)
        #expect(try arrive(60, from: "127.0.0.7").count == 60)
        let counted = counters.value("over_share_filtered") + counters.value("kernel_drops")
        #expect(counted >= UInt64(1000 - passed))
        #expect(counters.value("over_share_filtered") > UInt64(1000 - passed) / 2)
    }

    @Test func `a filter that a predecessor left goes on with the NAS of now, and ends`() throws {
        _ = try endpoint.filter(SourceIntervals([]))
        let gate = gate(now: 5000)
        #expect(gate.isFiltering)
        #expect(try arrive(60, from: "127.0.0.7").count == 60)
        #expect(try arrive(1000, from: "127.0.0.8").count < 40)
        gate.look(unknown: 0, drops: 0, now: 15_100)
        #expect(!gate.isFiltering)
        #expect(try arrive(60, from: "127.0.0.8").count == 60)
    }
}
