import PluginAPI
import Testing

@testable import RADIUS

@Suite struct DuplicateCacheTests {
    let authenticator = Bytes16.random()

    func key(_ identifier: UInt8, port: UInt16 = 1000, localPort: UInt16 = 1812) -> DuplicateCache.Key {
        DuplicateCache.Key(
            source: SourceAddress(IPAddress(ipv4: 0xC000_0201), port: port), localPort: localPort, code: .accessRequest,
            identifier: identifier)
    }

    /// What the cache finds: nil for new, [] for in progress, the bytes of a kept reply.
    func look(
        _ cache: DuplicateCache, _ key: DuplicateCache.Key, _ authenticator: Bytes16, now: UInt64,
        digest: UInt64 = 1, reply: [UInt8]? = nil
    ) -> [UInt8]? {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { room in
            switch cache.look(key, authenticator: authenticator, digest: digest, now: now, into: room) {
            case .inProgress: return []
            case .kept(let length): return Array(room[..<length])
            case .new(let ticket):
                if let reply { reply.withUnsafeBytes { cache.keep($0, for: ticket, now: now) } }
                return nil
            }
        }
    }

    @Test func `a repetition is dropped while the request is worked on, and then gets the kept reply (RFC 5080 2.2.2)`()
    {
        let cache = DuplicateCache(capacity: 64, replyBytes: 65536, shards: 1)
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { room in
            guard
                case .new(let ticket) = cache.look(key(1), authenticator: authenticator, digest: 1, now: 0, into: room)
            else {
                Issue.record("not new")
                return
            }
            #expect(look(cache, key(1), authenticator, now: 1) == [])
            [9, 8, 7].withUnsafeBytes { cache.keep(UnsafeRawBufferPointer(rebasing: $0[..<3]), for: ticket, now: 2) }
        }
        #expect(look(cache, key(1), authenticator, now: 3)?.count == 3)
    }

    @Test func `another authenticator, source port, local port or identifier is another request`() {
        let cache = DuplicateCache(capacity: 64, replyBytes: 65536, shards: 1)
        #expect(look(cache, key(1), authenticator, now: 0, reply: [1]) == nil)
        #expect(look(cache, key(2), authenticator, now: 0, reply: [2]) == nil)
        #expect(look(cache, key(1, port: 1001), authenticator, now: 0, reply: [3]) == nil)
        #expect(look(cache, key(1, localPort: 1813), authenticator, now: 0, reply: [4]) == nil)
        #expect(look(cache, key(1), authenticator, now: 1) == [1])
        #expect(look(cache, key(1), .random(), now: 1, reply: [5]) == nil)
        // A late copy of the older one gets the older one's answer.
        #expect(look(cache, key(1), authenticator, now: 2) == [1])
    }

    @Test func `a router whose authenticators are all the same gets nobody another's answer`() {
        let cache = DuplicateCache(capacity: 64, replyBytes: 65536, shards: 1)
        #expect(look(cache, key(1), authenticator, now: 0, digest: 1, reply: [1]) == nil)
        #expect(look(cache, key(1), authenticator, now: 1, digest: 2, reply: [2]) == nil)
        #expect(look(cache, key(1), authenticator, now: 2, digest: 1) == [1])
        #expect(look(cache, key(1), authenticator, now: 2, digest: 2) == [2])
    }

    @Test func `a reply is kept for its time and no longer`() {
        let cache = DuplicateCache(capacity: 64, replyBytes: 65536, keepMilliseconds: 5000, shards: 1)
        #expect(look(cache, key(1), authenticator, now: 100, reply: [1]) == nil)
        #expect(look(cache, key(1), authenticator, now: 5099) == [1])
        #expect(look(cache, key(1), authenticator, now: 5100) == nil)
    }

    @Test func `a request that got no answer is worked on anew`() {
        let cache = DuplicateCache(capacity: 64, replyBytes: 65536, shards: 1)
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { room in
            guard
                case .new(let ticket) = cache.look(key(1), authenticator: authenticator, digest: 1, now: 0, into: room)
            else {
                Issue.record("not new")
                return
            }
            cache.forget(ticket)
            guard
                case .new(let second) = cache.look(key(1), authenticator: authenticator, digest: 1, now: 1, into: room)
            else {
                Issue.record("not new")
                return
            }
            // A late reply to the first is not the second's.
            [1].withUnsafeBytes { cache.keep($0, for: ticket, now: 2) }
            #expect(look(cache, key(1), authenticator, now: 3) == [])
            cache.forget(ticket)
            #expect(look(cache, key(1), authenticator, now: 3) == [])
            cache.forget(second)
            #expect(look(cache, key(1), authenticator, now: 4) == nil)
        }
    }

    @Test func `the oldest requests and replies go first when the room is full`() {
        let cache = DuplicateCache(capacity: 8, replyBytes: 4096, shards: 1)
        for identifier in 0..<UInt8(20) {
            #expect(look(cache, key(identifier), authenticator, now: 0, reply: [identifier]) == nil)
        }
        for identifier in UInt8(12)..<20 {
            #expect(look(cache, key(identifier), authenticator, now: 1) == [identifier])
        }
        #expect(look(cache, key(11), authenticator, now: 1) == nil)

        let small = DuplicateCache(capacity: 64, replyBytes: 4096, shards: 1)
        for identifier in 0..<UInt8(10) {
            let reply = [UInt8](repeating: identifier, count: 1000)
            #expect(look(small, key(identifier), authenticator, now: 0, reply: reply) == nil)
        }
        #expect(look(small, key(9), authenticator, now: 1) == [UInt8](repeating: 9, count: 1000))
        #expect(look(small, key(0), authenticator, now: 1) == nil)
    }

    @Test func `kept replies pass to a successor`() {
        let old = DuplicateCache(capacity: 64, replyBytes: 65536)
        let new = DuplicateCache(capacity: 64, replyBytes: 65536)
        for identifier in 0..<UInt8(4) {
            #expect(
                look(old, key(identifier), authenticator, now: UInt64(identifier) * 2000, reply: [identifier]) == nil)
        }
        old.forEachKept(now: 6500) { key, authenticator, reply in
            new.restore(key, authenticator: authenticator, reply: reply, now: 0)
        }
        #expect(look(new, key(3), authenticator, now: 1) == [3])
        #expect(look(new, key(0), authenticator, now: 1) == nil)
    }

    @Test func `what is found is always what was kept, however full and whatever the order`() {
        let cache = DuplicateCache(capacity: 50, replyBytes: 20_000, keepMilliseconds: 100, shards: 2)
        var random = SystemRandomNumberGenerator()
        var kept: [DuplicateCache.Key: (Bytes16, [UInt8])] = [:]
        for now in 0..<UInt64(20_000) {
            let key = key(UInt8.random(in: 0...99, using: &random))
            let repeats = Bool.random(using: &random)
            let authenticator = repeats ? kept[key]?.0 ?? .random() : .random()
            let reply = [UInt8](repeating: UInt8.random(in: 0...255), count: Int.random(in: 20...600))
            if let found = look(cache, key, authenticator, now: now, reply: reply) {
                #expect(kept[key]?.0 == authenticator)
                #expect(kept[key]?.1 == found)
            } else {
                kept[key] = (authenticator, reply)
            }
        }
    }

    @Test func `of threads that get the same request at once, one works on it`() async {
        let cache = DuplicateCache(capacity: 4096, replyBytes: 1 << 20, shards: 4)
        let keys = (0..<200).map { key(UInt8($0)) }
        let authenticator = authenticator
        let workers = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    keys.reduce(0) { won, key in
                        won + (look(cache, key, authenticator, now: 0, reply: [key.identifier]) == nil ? 1 : 0)
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(workers == keys.count)
        for key in keys { #expect(look(cache, key, authenticator, now: 1) == [key.identifier]) }
    }
}
