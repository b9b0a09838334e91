import PluginAPI
import RADIUS
import Testing

@testable import AAA

@Suite struct LoginMemoryTests {
    @Test(arguments: [true, false])
    func `a login's key is the same when the same request is decided twice, and another for any other`(
        _ signs: Bool
    ) throws {
        let writer = RequestWriter(.accessRequest, identifier: 1)
        let packet = try writer.packet(secret: SharedSecret(secret), signsMessage: signs)
        func key(nas: Int64 = 1, port: UInt16 = 1, _ bytes: [UInt8]) throws -> SessionKey {
            try bytes.withUnsafeBytes { bytes in
                let source = SourceAddress(nasAddress, port: port)
                return SessionKeyDigest.key(nas: nas, source: source, try PacketView(bytes))
            }
        }
        let first = try key(packet)
        var renamed = packet
        renamed[1] = 2
        let later = try RequestWriter(.accessRequest, identifier: 1)
            .packet(secret: SharedSecret(secret), signsMessage: signs)
        #expect(try key(packet) == first)
        #expect(try key(nas: 2, packet) != first)
        #expect(try key(port: 2, packet) != first)
        #expect(try key(renamed) != first)
        #expect(try key(later) != first)
        #expect(SessionKeyDigest.key(of: ["ab", "c"]) != SessionKeyDigest.key(of: ["a", "bc"]))
    }

    @Test func `the login memory keeps the newest and is bounded`() {
        let memory = LoginMemory(limit: 4, shards: 1)
        let login = SentLogin(at: noon, subscriberID: 1, serviceID: 1, tierPosition: 0, addresses: StaticAddresses())
        for number in 1...10 as ClosedRange<UInt8> { memory.keep(makeKey(number), login, now: 0) }
        #expect(memory.login(makeKey(6)) == nil)
        for number in 7...10 as ClosedRange<UInt8> { #expect(memory.login(makeKey(number)) == login) }
        memory.keep(makeKey(10), login, now: 0)
        #expect(memory.login(makeKey(8)) == login)
        #expect(memory.login(nil) == nil)
    }

    @Test func `a login memory that was handed over forgets the oldest first, too`() {
        let (old, new) = (LoginMemory(limit: 4, shards: 1), LoginMemory(limit: 4, shards: 1))
        let login = SentLogin(at: noon, subscriberID: 1, serviceID: 1, tierPosition: 0, addresses: StaticAddresses())
        for number in 1...4 as ClosedRange<UInt8> { old.keep(makeKey(number), login, now: 0) }
        var bytes: [UInt8] = []
        old.write(changedSince: 0, into: &bytes)
        var rest = bytes[...]
        new.read(&rest)
        for number in 5...6 as ClosedRange<UInt8> { new.keep(makeKey(number), login, now: 1) }
        for number in 1...2 as ClosedRange<UInt8> { #expect(new.login(makeKey(number)) == nil) }
        for number in 3...6 as ClosedRange<UInt8> { #expect(new.login(makeKey(number)) == login) }
    }
}
