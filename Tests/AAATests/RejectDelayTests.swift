@testable import AAA
import PluginAPI
import RADIUS
import Testing

@Suite struct RejectDelayTests {
    private let peer = SourceAddress(IPAddress("192.0.2.1")!, port: 40_000)
    private let local = SourceAddress(IPAddress("192.0.2.200")!, port: 1812)

    private func hold(_ wheel: RejectDelay, _ bytes: [UInt8], due: UInt64) -> Bool {
        bytes.withUnsafeBytes { wheel.hold($0, to: peer, from: local, due: due) }
    }

    private func due(_ wheel: RejectDelay, _ now: UInt64) -> [[UInt8]] {
        var given: [[UInt8]] = []
        wheel.due(now) { bytes, to, from in
            #expect(to == peer && from == local)
            given.append(Array(bytes))
        }
        return given
    }

    @Test func `a packet longer than RADIUS allows, or empty, is not held`() {
        let wheel = RejectDelay(packets: 10, byteCount: 64 << 10)
        #expect(!hold(wheel, [UInt8](repeating: 1, count: 4097), due: 10))
        #expect(!hold(wheel, [], due: 10))
        #expect(wheel.count == 0)
        #expect(wheel.nextDue() == nil)
    }

    @Test func `what finds no room is refused, by number and by bytes, and there is room again afterwards`() {
        let few = RejectDelay(packets: 2, byteCount: 64 << 10)
        #expect(hold(few, [1], due: 1000) && hold(few, [2], due: 1000) && !hold(few, [3], due: 1000))
        #expect(due(few, 1000) == [[1], [2]])
        #expect(hold(few, [4], due: 2000))

        let small = RejectDelay(packets: 100, byteCount: 4096)
        let long = (0..<4000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(hold(small, long, due: 1000) && !hold(small, [1], due: 1000))
        #expect(due(small, 1000) == [long])
        #expect(hold(small, long, due: 2000))
    }

    @Test func `a reject leaves at its time: never early, and within a tick`() {
        let wheel = RejectDelay(packets: 100, byteCount: 64 << 10)
        for start in stride(from: UInt64(7_654_321), to: 7_654_421, by: 7) {
            #expect(hold(wheel, [UInt8(truncatingIfNeeded: start)], due: start + 1000))
            let next = wheel.nextDue() ?? 0
            #expect(next >= start + 1000 && next < start + 1008)
            #expect(due(wheel, start + 999).isEmpty)
            #expect(due(wheel, next - 1).isEmpty)
            #expect(due(wheel, next).count == 1)
        }
    }

    @Test func `rejects held at one moment leave in their order`() {
        let wheel = RejectDelay(packets: 100, byteCount: 64 << 10)
        for number in UInt8(0)..<50 { #expect(hold(wheel, [number], due: 5000)) }
        #expect(due(wheel, 5000) == (UInt8(0)..<50).map { [$0] })
    }

    @Test func `a listener that slept for hours gives out all that waited`() {
        let wheel = RejectDelay(packets: 100, byteCount: 64 << 10)
        #expect(hold(wheel, [1], due: 5000) && hold(wheel, [2], due: 5500))
        #expect(due(wheel, 90_000_000).count == 2)
        #expect(hold(wheel, [3], due: 90_001_000))
        #expect(due(wheel, 90_000_999).isEmpty)
        #expect(due(wheel, 90_001_008) == [[3]])
    }

    @Test(arguments: [UInt64(1), 2, 3]) func `whatever is held comes out once, whole and in time`(_ seed: UInt64) {
        var random = SeededRandom(seed)
        let wheel = RejectDelay(packets: 300, byteCount: 256 << 10)
        var model: [(due: UInt64, bytes: [UInt8])] = []
        var now: UInt64 = 1_000_000
        for number in 0..<20_000 {
            now += random.next() % 20
            let given = due(wheel, now)
            for bytes in given {
                guard let place = model.firstIndex(where: { $0.bytes == bytes }) else {
                    Issue.record("something came out that was not held")
                    return
                }
                #expect(model[place].due <= now)
                model.remove(at: place)
            }
            #expect(model.allSatisfy { $0.due + 8 > now })
            #expect(wheel.count == model.count)
            let size = random.next() % 8 == 0 ? Int(random.next() % 4000) + 4 : Int(random.next() % 90) + 4
            let bytes = withUnsafeBytes(of: UInt32(number)) { Array($0) } + [UInt8](repeating: 7, count: size)
            let moment = now + random.next() % 4000
            if hold(wheel, bytes, due: moment) { model.append((moment, bytes)) }
        }
    }
}

/// Random numbers that are the same in each run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return LoginSubject.mixed(state)
    }
}
