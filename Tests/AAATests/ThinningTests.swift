import PluginAPI
import RADIUS
import Testing

@testable import AAA

struct ThinningTests {
    /// A socket that can receive 10,000 datagrams in a step and serve a third of them to one source.
    final class Socket {
        static let served = 3000
        static let room = 10_000
        var thinning = Thinning()
        var now: UInt64 = 1_000_000
        var changes = 0

        /// One step in which each source sends so many.
        func step(_ sent: [(source: IPAddress, count: Int)], refused: Bool = true) {
            var total = 0
            for (source, count) in sent {
                let passed = Int(Double(count) * (thinning.entries[source]?.kept ?? 1))
                total += passed
                let received = min(passed, Socket.room)
                for _ in 0..<received { _ = thinning.count(source) }
                guard refused, received > Socket.served else { continue }
                thinning.take(FairShare.Refusal(source: source, count: received - Socket.served, sent: received))
            }
            now += Thinning.stepMilliseconds
            if thinning.look(isPressed: total > Socket.room, now: now) { changes += 1 }
        }
    }

    let mad = IPAddress("192.0.2.1")!
    let other = IPAddress("192.0.2.2")!

    @Test func `nobody is thinned who is served half of what he sends, nor while the queue is short`() {
        let socket = Socket()
        for _ in 0..<10 { socket.step([(mad, 6000), (other, 6000)]) }
        for _ in 0..<10 { socket.step([(mad, 9000)]) }
        #expect(socket.thinning.isEmpty && socket.changes == 0)
    }

    @Test func `of who sends far more than can be received so much passes as is served, and some more`() {
        let socket = Socket()
        for _ in 0..<40 { socket.step([(mad, 90_000), (other, 2000)]) }
        let passes = 90_000 * (socket.thinning.entries[mad]?.kept ?? 1)
        #expect((3000...8000).contains(passes), "\(passes)")
        #expect(socket.thinning.list.map(\.source) == [mad])
    }

    @Test func `while none of it is refused more passes with every step, until all does`() {
        let socket = Socket()
        for _ in 0..<5 { socket.step([(mad, 90_000)]) }
        let kept = socket.thinning.entries[mad]?.kept ?? 1
        socket.step([(mad, 90_000)], refused: false)
        #expect(socket.thinning.entries[mad]?.kept == kept * Thinning.growth)
        for _ in 0..<200 { socket.step([(mad, 9_000)], refused: false) }
        #expect(socket.thinning.isEmpty)
    }

    @Test func `who sends no more than was served is let in at once`() {
        let socket = Socket()
        for _ in 0..<10 { socket.step([(mad, 2_000_000)]) }
        #expect((socket.thinning.entries[mad]?.kept ?? 1) < 0.01)
        socket.step([(mad, 2000)])
        #expect(socket.thinning.isEmpty)
    }

    @Test func `at least one in 256 passes, by which its end is seen`() {
        let socket = Socket()
        for _ in 0..<50 {
            socket.thinning.take(FairShare.Refusal(source: mad, count: 9_999, sent: 10_000))
            for _ in 0..<1000 { _ = socket.thinning.count(mad) }
            socket.now += 100
            _ = socket.thinning.look(isPressed: true, now: socket.now)
        }
        #expect(socket.thinning.list == [FilterProgram.Thinned(source: mad, kept: 256)])
    }

    @Test func `of many the worst are thinned`() {
        let socket = Socket()
        for step in 1...3 {
            socket.step((1...40).map { (IPAddress(ipv4: UInt32($0)), 10_000 + $0 * step) })
        }
        #expect(socket.thinning.list.count == Thinning.most)
        #expect(socket.thinning.entries.keys.allSatisfy { $0.low & 0xFF > 24 })
    }

    @Test func `what was refused before a pause thins nobody`() {
        let socket = Socket()
        socket.thinning.take(FairShare.Refusal(source: mad, count: 9000, sent: 10_000))
        socket.now += 60_000
        let isChanged = socket.thinning.look(isPressed: true, now: socket.now)
        #expect(!isChanged && socket.thinning.isEmpty)
    }
}
