import PluginAPI
import Testing

@testable import AAA

struct FairShareTests {
    /// A thread that gets its datagrams a window at a time.
    final class Thread {
        var share = FairShare(seed: 0x1234_5678_9ABC_DEF1)
        var now: UInt64 = 1_000_000

        /// One window: what each source sends, and how full the queue is at its end. What each had let in.
        func window(
            _ sent: [(source: IPAddress, count: Int)], unknown: Int = 0, fill: Double, takes: UInt64 = 50
        ) -> [IPAddress: Int] {
            var passed: [IPAddress: Int] = [:]
            for (source, count) in sent {
                for _ in 0..<count where !share.isCounting || share.admits(source) { passed[source, default: 0] += 1 }
            }
            now += takes
            refusals = share.look(received: sent.reduce(0) { $0 + $1.count }, unknown: unknown, now: now) { fill }
            return passed
        }

        var refusals: [FairShare.Refusal] = []
    }

    let mad = IPAddress("192.0.2.1")!
    let other = IPAddress("192.0.2.2")!

    @Test func `a NAS that floods is cut to what keeps the queue short, and the others lose nothing`() {
        let thread = Thread()
        var passed: [Int] = [1800]
        for _ in 0..<60 {
            // More than 400 in a window are more than it can serve.
            let window = thread.window([(mad, 1800), (other, 100)], fill: passed.last! > 400 ? 1 : 0)
            #expect(window[other] == 100)
            passed.append(window[mad] ?? 0)
        }
        #expect(passed.suffix(30).allSatisfy { (100...450).contains($0) }, "\(passed)")
        #expect(thread.refusals == [FairShare.Refusal(source: mad, count: 1800 - passed.last!, sent: 1800)])
    }

    @Test func `a limit never goes under 2,000 a second, which is 100 a window`() {
        let thread = Thread()
        for _ in 0..<10 { _ = thread.window([(mad, 1800), (other, 100)], fill: 1) }
        #expect(thread.window([(mad, 1800), (other, 100)], fill: 1) == [mad: 100, other: 100])
    }

    @Test func `who is alone is never limited`() {
        let thread = Thread()
        for _ in 0..<20 { #expect(thread.window([(mad, 1800)], fill: 1) == [mad: 1800]) }
    }

    @Test func `others that were heard within the second still count`() {
        let thread = Thread()
        for window in 0..<40 {
            _ = thread.window(window % 10 == 0 ? [(mad, 1800), (other, 1)] : [(mad, 1800)], fill: 1)
        }
        #expect(thread.window([(mad, 1800)], fill: 1) == [mad: 100])
        // A second later it is alone.
        for _ in 0..<30 { _ = thread.window([(mad, 1800)], fill: 1) }
        #expect(thread.window([(mad, 1800)], fill: 1) == [mad: 1800])
    }

    @Test func `while the queue is short, and in one crowded window, nobody is limited`() {
        let thread = Thread()
        for window in 0..<20 {
            #expect(
                thread.window([(mad, 1800), (other, 10)], fill: window % 2 == 0 ? 1 : 0.4) == [mad: 1800, other: 10])
        }
    }

    @Test func `thousands of unknown sources limit no NAS`() {
        let thread = Thread()
        for _ in 0..<10 {
            let strangers = (0..<2000).map { (IPAddress(ipv4: 0x0A00_0000 + UInt32($0)), 4) }
            let passed = thread.window([(mad, 3000)] + strangers, unknown: 8000, fill: 1)
            #expect(passed[mad] == 3000)
        }
    }

    @Test func `the limit ends after a second without refusals, and with a pause`() {
        let thread = Thread()
        for _ in 0..<10 { _ = thread.window([(mad, 1800), (other, 10)], fill: 1) }
        #expect(thread.share.limit == 100)
        for _ in 0..<(FairShare.calmWindows + 1) { _ = thread.window([(mad, 50), (other, 10)], fill: 0) }
        #expect(!thread.share.isCounting)
        for _ in 0..<10 { _ = thread.window([(mad, 1800), (other, 10)], fill: 1) }
        _ = thread.window([(mad, 1)], fill: 1, takes: 5000)
        #expect(!thread.share.isCounting)
    }

    @Test func `the limit grows again when the queue is short`() {
        let thread = Thread()
        for _ in 0..<10 { _ = thread.window([(mad, 1800), (other, 10)], fill: 1) }
        for _ in 0..<30 { _ = thread.window([(mad, 1800), (other, 10)], fill: 0) }
        #expect((300...500).contains(thread.share.limit ?? 0))
    }

    @Test func `a table full of sources still holds the busiest`() {
        var tally = SourceTally(seed: 99)
        var counted = 0
        for number in 0..<20_000 {
            if tally.add(IPAddress(ipv4: UInt32(number) &* 2_654_435_761)) != nil { counted += 1 }
            _ = tally.add(mad)
        }
        #expect(tally.most == 20_000 && tally.sources <= 4096 && counted <= 4096)
        tally.turn()
        #expect(tally.most == 0 && tally.sources == 0)
        let place = tally.add(mad)
        #expect(place.map(tally.count) == 1)
    }
}
