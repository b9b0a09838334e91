import CSystem
import Glibc

/// One part of the duplicate cache: entries in a ring, found by an index, and a ring of reply bytes. Nothing is
/// allocated after it was made. Guarded by the lock around it.
/// Unchecked, because its pointers are its own: nothing else holds them, and no caller's bytes stay behind.
struct DuplicateShard: ~Copyable, @unchecked Sendable {
    struct Entry {
        var key: DuplicateCache.Key
        var authenticator: Bytes16
        /// 0 when it is not known.
        var digest: UInt64
        /// Which insertion made it, so that a ticket for an older one is not taken for this; 0 for none.
        var sequence: UInt64
        /// Milliseconds of the clock that is passed in.
        var expires: UInt64
        /// Where its reply was written, counted from the first byte ever written.
        var replyAt: UInt64
        /// Negative while there is none.
        var replyLength: Int32
        var isForgotten: Bool

        var isAnswered: Bool { replyLength >= 0 }
    }

    private var index: RingIndex
    private let entries: UnsafeMutablePointer<Entry>
    private var inserted: UInt64 = 0

    private let replies: UnsafeMutableRawPointer
    private let replyRoom: UInt64
    /// Bytes ever written to `replies`, skipped ones included.
    private var written: UInt64 = 0

    init(capacity: Int, replyBytes: Int) {
        index = RingIndex(capacity: capacity)
        // Zero bytes from the system are entries that nobody made.
        guard let memory = calloc(index.capacity, MemoryLayout<Entry>.stride), let replies = malloc(replyBytes) else {
            fatalError("no memory for \(capacity) requests and \(replyBytes) bytes of replies")
        }
        entries = memory.bindMemory(to: Entry.self, capacity: index.capacity)
        self.replies = replies
        replyRoom = UInt64(replyBytes)
    }

    deinit {
        free(entries)
        free(replies)
    }

    var hint: RingHint { index.hint }

    func entry(_ slot: Int) -> Entry { entries[slot] }

    func find(
        _ key: DuplicateCache.Key, _ authenticator: Bytes16, _ digest: UInt64, hash: UInt64, now: UInt64
    ) -> Int? {
        index.find(hash) { slot in
            let entry = entries + slot
            return entry.pointee.authenticator == authenticator && entry.pointee.key == key
                && (entry.pointee.digest == digest || entry.pointee.digest == 0) && entry.pointee.expires > now
                && !entry.pointee.isForgotten
        }
    }

    /// Adds a request that is being worked on; the oldest of a full ring goes.
    mutating func insert(
        _ key: DuplicateCache.Key, _ authenticator: Bytes16, _ digest: UInt64, hash: UInt64, expires: UInt64
    ) -> (slot: Int, sequence: UInt64) {
        let slot = index.insert(hash)
        inserted += 1
        entries[slot] = Entry(
            key: key, authenticator: authenticator, digest: digest, sequence: inserted, expires: expires, replyAt: 0,
            replyLength: -1, isForgotten: false)
        prefetchReply()
        return (slot, inserted)
    }

    /// The reply will be written to memory that is in no cache.
    private func prefetchReply() {
        let start = replies + Int(written % replyRoom)
        for line in 0..<4 { tk_prefetch(start + line * 64) }
    }

    /// Its place stays unused until the ring comes round.
    mutating func forget(_ slot: Int) { entries[slot].isForgotten = true }

    func holds(_ ticket: DuplicateCache.Ticket) -> Bool { entries[ticket.slot].sequence == ticket.sequence }

    mutating func answer(_ slot: Int, with reply: UnsafeRawBufferPointer, expires: UInt64) {
        let length = UInt64(reply.count)
        precondition(length <= replyRoom, "a reply is larger than the room for all of them")
        // A reply lies in one piece: what is left before the end is skipped.
        let left = replyRoom - written % replyRoom
        if left < length { written += left }
        if let base = reply.baseAddress { memcpy(replies + Int(written % replyRoom), base, reply.count) }
        entries[slot].replyAt = written
        entries[slot].replyLength = Int32(reply.count)
        entries[slot].expires = expires
        written += length
    }

    /// Copies the reply of an entry; nil when newer ones have been written over it.
    func copyReply(of slot: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard let reply = reply(of: slot), reply.count <= buffer.count else { return nil }
        buffer.copyMemory(from: reply)
        return reply.count
    }

    func forEachAnswered(_ body: (Entry, UnsafeRawBufferPointer) -> Void) {
        for slot in 0..<index.capacity where entries[slot].sequence > 0 && !entries[slot].isForgotten {
            if let reply = reply(of: slot) { body(entries[slot], reply) }
        }
    }

    private func reply(of slot: Int) -> UnsafeRawBufferPointer? {
        let entry = entries[slot]
        guard entry.isAnswered, written - entry.replyAt <= replyRoom else { return nil }
        return UnsafeRawBufferPointer(
            start: replies + Int(entry.replyAt % replyRoom), count: Int(entry.replyLength))
    }
}
