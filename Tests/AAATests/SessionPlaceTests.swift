@testable import AAA
import Dictionary
import PluginAPI
import RADIUS
import Synchronization
import Testing

@Suite struct SessionPlaceTests {
    private func bench() -> Bench { Bench { $0.services[1]?.sessionLimit = 1 } }

    @Test func `an accepted login holds its place for a minute, then gives it back unless it started`() throws {
        let bench = bench()
        #expect(try bench.login(mac: macA).isAccept)
        #expect(try bench.login(at: 60, mac: macB).isAccept == false)
        #expect(bench.logins().last?.reason == .sessionLimit)
        #expect(try bench.login(at: 61, mac: macB).isAccept)
    }

    @Test func `a Start takes the place for good, a Stop gives it back`() throws {
        let bench = bench()
        let classValue = try bench.login(mac: macA).classValue
        _ = try bench.account(1, at: 1, classValue: classValue)
        #expect(try bench.login(at: 120, mac: macB).isAccept == false)
        _ = try bench.account(2, at: 130, classValue: classValue)
        #expect(try bench.login(at: 131, mac: macB).isAccept)
    }

    @Test func `a Start or interim that comes after the Stop locks nobody out`() throws {
        let bench = bench()
        let classValue = try bench.login(mac: macA).classValue
        for (status, seconds) in [(1, 1), (2, 30), (3, 20), (1, 2)] as [(UInt32, Int64)] {
            _ = try bench.account(status, at: seconds, classValue: classValue)
        }
        #expect(try bench.login(at: 31, mac: macB).isAccept)
    }

    @Test func `the same device on the same NAS replaces its own ghost`() throws {
        let bench = bench()
        let classValue = try bench.login(mac: macA).classValue
        _ = try bench.account(1, at: 1, classValue: classValue) {
            $0.append(AttributeNumber.callingStationID, macA.description)
        }
        #expect(try bench.login(at: 100, mac: macA).isAccept)
        #expect(bench.sessions.count == 1)
    }

    @Test func `after Accounting-On nobody is locked out by what was before it`() throws {
        let bench = bench()
        let classValue = try bench.login(mac: macA).classValue
        _ = try bench.account(1, at: 1, classValue: classValue)
        _ = try bench.account(7, at: 10)
        #expect(try bench.login(at: 11, mac: macB).isAccept)
    }

    @Test func `of logins at one moment only as many pass as there are places`() throws {
        for _ in 0..<40 {
            let bench = bench()
            let packets = try (0..<8).map { number in
                var writer = RequestWriter(.accessRequest, identifier: UInt8(number))
                writer.appendLogin(user: "ann", password: "ann's password", method: .pap, secret: SharedSecret(secret))
                writer.append(AttributeNumber.callingStationID, MACAddress(bits: UInt64(number)).description)
                return try writer.packet(secret: SharedSecret(secret))
            }
            let counted = Counted()
            let threads = packets.map { packet in
                WorkerThread("login") {
                    if bench.hand(packet).reply.first == PacketCode.accessAccept.rawValue {
                        counted.add()
                    }
                }
            }
            for thread in threads { thread.join() }
            #expect(counted.count == 1)
            #expect(bench.sessions.count == 1)
        }
    }

    private final class Counted: Sendable {
        private let value = Atomic<Int>(0)
        var count: Int { value.load(ordering: .sequentiallyConsistent) }
        func add() { value.add(1, ordering: .sequentiallyConsistent) }
    }
}
