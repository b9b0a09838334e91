package import PluginAPI
import Threads

/// Remembers requests and their replies, so that a repetition gets the same answer and is not worked on twice
/// (RFC 5080 section 2.2.2). Bounded in entries and bytes: the oldest go first. Time is passed in, as milliseconds of
/// a clock that never goes back.
package final class DuplicateCache: Sendable {
    /// What a request is known by, beside its authenticator and its digest: one with the same key but another of those
    /// is a new request.
    package struct Key: Sendable, Hashable {
        package var source: SourceAddress
        /// The reply path: the port that was asked.
        package var localPort: UInt16
        package var code: PacketCode
        package var identifier: UInt8

        package init(source: SourceAddress, localPort: UInt16, code: PacketCode, identifier: UInt8) {
            self.source = source
            self.localPort = localPort
            self.code = code
            self.identifier = identifier
        }
    }

    /// What is known of a request.
    package enum Finding: Sendable {
        /// Not seen before: work on it, then `keep` or `forget`.
        case new(Ticket)
        /// Being worked on: drop the repetition.
        case inProgress
        /// Answered: so many bytes were copied to the buffer, to be sent again.
        case kept(length: Int)
    }

    /// The right to say what became of a request.
    package struct Ticket: Sendable, Hashable {
        let shard: Int
        let slot: Int
        let sequence: UInt64
    }

    private final class Box: Sendable {
        let shard: Locked<DuplicateShard>
        let hint: RingHint

        init(capacity: Int, replyBytes: Int) {
            let made = DuplicateShard(capacity: capacity, replyBytes: replyBytes)
            hint = made.hint
            shard = Locked(made)
        }
    }

    private let shards: [Box]
    private let hasher = SeededHash()
    private let keepMilliseconds: UInt64

    /// - Parameters:
    ///   - capacity: requests remembered at once.
    ///   - replyBytes: bytes of replies kept at once. The memory is taken from the system when it is first used.
    ///   - keepMilliseconds: how long; a NAS gives up after less (RFC 5080 suggests 5 to 30 seconds).
    package init(capacity: Int = 1 << 18, replyBytes: Int = 64 << 20, keepMilliseconds: UInt64 = 5000, shards: Int = 16)
    {
        precondition(capacity >= shards && replyBytes / shards >= 4096, "the cache is too small for its shards")
        self.keepMilliseconds = keepMilliseconds
        self.shards = (0..<shards).map { _ in Box(capacity: capacity / shards, replyBytes: replyBytes / shards) }
    }

    /// Of all of a request's bytes: there are routers whose authenticators are all the same, and nobody is answered
    /// with what another was told.
    package func digest(_ packet: PacketView) -> UInt64 { max(1, hasher.of(packet.bytes)) }

    /// Looks a request up and, when it is new, notes that it is being worked on. `buffer` takes a kept reply; it has
    /// 4096 bytes.
    package func look(
        _ key: Key, authenticator: Bytes16, digest: UInt64, now: UInt64, into buffer: UnsafeMutableRawBufferPointer
    ) -> Finding {
        let hash = hash(key, authenticator)
        let index = shardIndex(hash)
        return shards[index].shard.withLock { shard in
            if let slot = shard.find(key, authenticator, digest, hash: hash, now: now) {
                guard shard.entry(slot).isAnswered else { return .inProgress }
                if let length = shard.copyReply(of: slot, into: buffer) { return .kept(length: length) }
                // Its reply was written over.
                shard.forget(slot)
            }
            let (slot, sequence) = shard.insert(
                key, authenticator, digest, hash: hash, expires: now + keepMilliseconds)
            return .new(Ticket(shard: index, slot: slot, sequence: sequence))
        }
    }

    /// Asks for the memory that `look` will want, while something else is done.
    package func prefetch(_ key: Key, _ authenticator: Bytes16) {
        let hash = hash(key, authenticator)
        shards[shardIndex(hash)].hint.prefetch(hash)
    }

    /// Of the key too, for the same routers.
    private func hash(_ key: Key, _ authenticator: Bytes16) -> UInt64 {
        let path = UInt64(key.localPort) << 24 | UInt64(key.code.rawValue) << 8 | UInt64(key.identifier)
        return hasher.of(authenticator, key.source.address.low ^ UInt64(key.source.port) << 40 ^ path << 1)
    }

    /// The index uses the low bits and the upper half.
    private func shardIndex(_ hash: UInt64) -> Int { Int(hash >> 24 & 0xff) % shards.count }

    /// Keeps the reply to a request from now on. Nothing happens when the request was displaced meanwhile.
    package func keep(_ reply: UnsafeRawBufferPointer, for ticket: Ticket, now: UInt64) {
        shards[ticket.shard].shard.withLock { shard in
            guard shard.holds(ticket) else { return }
            shard.answer(ticket.slot, with: reply, expires: now + keepMilliseconds)
        }
    }

    /// Forgets a request that gets no answer, so that a repetition is worked on anew.
    package func forget(_ ticket: Ticket) {
        shards[ticket.shard].shard.withLock { shard in
            if shard.holds(ticket) { shard.forget(ticket.slot) }
        }
    }

    /// Every kept reply that is still good, for a successor process.
    package func forEachKept(
        now: UInt64, _ body: (_ key: Key, _ authenticator: Bytes16, _ reply: UnsafeRawBufferPointer) -> Void
    ) {
        for box in shards {
            box.shard.withLock { shard in
                shard.forEachAnswered { entry, reply in
                    if entry.expires > now { body(entry.key, entry.authenticator, reply) }
                }
            }
        }
    }

    /// Takes a kept reply over from a predecessor, whose digests nobody else can make.
    package func restore(_ key: Key, authenticator: Bytes16, reply: UnsafeRawBufferPointer, now: UInt64) {
        let hash = hash(key, authenticator)
        shards[shardIndex(hash)].shard.withLock { shard in
            let (slot, _) = shard.insert(key, authenticator, 0, hash: hash, expires: now + keepMilliseconds)
            shard.answer(slot, with: reply, expires: now + keepMilliseconds)
        }
    }
}
