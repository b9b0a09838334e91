import PluginAPI
import RADIUS
import Synchronization
import Testing

@testable import AAA

@Suite struct HandoverTests {
    /// A part that passes bytes on and keeps what it reads.
    private final class Note: Sendable {
        let read = Mutex<[UInt8]?>(nil)

        func part(_ name: String, _ bytes: [UInt8] = []) -> HandoverPart {
            HandoverPart(name) { since, out in
                out += bytes
                out.append(UInt8(truncatingIfNeeded: since))
            } read: { slice in
                let all = Array(slice)
                self.read.withLock { $0 = all }
            }
        }
    }

    private func stream() -> [UInt8] {
        HandoverStream.write([Note().part("first", [1, 2, 3]), Note().part("second", [4])], changedSince: 9)
    }

    @Test func `an empty stream and one of another kind are refused`() {
        for bytes: [UInt8] in [[], [0], [1, 2, 3, 4, 5, 6, 7]] {
            #expect(throws: HandoverStream.Failure.self) { try HandoverStream.read(bytes, into: []) }
        }
    }

    @Test func `a newer form is refused, and says both numbers`() {
        var bytes = stream()
        bytes[5] = 7
        let failure = #expect(throws: HandoverStream.Failure.self) { try HandoverStream.read(bytes, into: []) }
        #expect(failure?.description == "its form is 7, and this program reads form 1")
    }

    @Test func `a stream cut anywhere reaches no part`() {
        let bytes = stream()
        for length in 0..<bytes.count {
            let note = Note()
            #expect(throws: HandoverStream.Failure.self) {
                try HandoverStream.read(Array(bytes.prefix(length)), into: [note.part("first")])
            }
            #expect(note.read.withLock { $0 } == nil)
        }
    }

    @Test func `a flipped byte in a part's content is found, and no part gets anything`() {
        let bytes = stream()
        // Magic, form, the name with its length, length and sum, then the content.
        let start = 4 + 2 + 6 + 16
        for offset in start..<(start + 4) {
            var damaged = bytes
            damaged[offset] ^= 0x10
            let note = Note()
            #expect(throws: HandoverStream.Failure.self) {
                try HandoverStream.read(damaged, into: [note.part("first"), note.part("second")])
            }
            #expect(note.read.withLock { $0 } == nil)
        }
    }

    @Test func `each part reads its own; an unknown one is passed over and named`() throws {
        let note = Note()
        #expect(try HandoverStream.read(stream(), into: [note.part("second")]) == ["first"])
        #expect(note.read.withLock { $0 } == [4, 9])
    }

    @Test(arguments: [0, 1, 300]) func `kept replies come to the successor as they were`(count: Int) throws {
        let (old, new) = (DuplicateCache(), DuplicateCache())
        var requests: [(DuplicateCache.Key, Bytes16, [UInt8])] = []
        for number in 0..<count {
            let source =
                number % 2 == 0
                ? SourceAddress(IPAddress(ipv4: 0xC000_0200 + UInt32(number)), port: 40_000)
                : SourceAddress(IPAddress(high: 0xFE80 << 48, low: UInt64(number)), port: 3799, scope: 7)
            let key = DuplicateCache.Key(
                source: source, localPort: 1812, code: number % 3 == 0 ? .statusServer : .accessRequest,
                identifier: UInt8(truncatingIfNeeded: number))
            let reply = (0..<(20 + number * 13)).map { UInt8(truncatingIfNeeded: $0 &* number) }
            requests.append((key, .random(), reply))
            reply.withUnsafeBytes { old.restore(key, authenticator: requests[number].1, reply: $0, now: 1000) }
        }
        let bytes = HandoverStream.write([KeptReplies.part("replies", old) { 1500 }], changedSince: 0)
        #expect(try HandoverStream.read(bytes, into: [KeptReplies.part("replies", new) { 1600 }]) == [])
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { room in
            for (key, authenticator, reply) in requests {
                guard
                    case .kept(let length) = new.look(
                        key, authenticator: authenticator, digest: 1, now: 1700, into: room)
                else {
                    Issue.record("the reply to \(key.identifier) did not come")
                    continue
                }
                #expect(Array(room[..<length]) == reply)
            }
        }
    }

    @Test func `a reply that is no longer good stays behind`() throws {
        let old = DuplicateCache()
        let key = DuplicateCache.Key(
            source: SourceAddress(IPAddress(ipv4: 1), port: 1), localPort: 1812, code: .accessRequest, identifier: 1)
        [UInt8](repeating: 2, count: 20).withUnsafeBytes {
            old.restore(key, authenticator: Bytes16(), reply: $0, now: 0)
        }
        let empty = HandoverStream.write([KeptReplies.part("replies", DuplicateCache()) { 0 }], changedSince: 0)
        #expect(HandoverStream.write([KeptReplies.part("replies", old) { 60_000 }], changedSince: 0) == empty)
    }
}
