import Glibc

/// One part of the duplicate cache: entries in a ring, found by a hash table of chains, and a ring of reply bytes.
/// Nothing is allocated after it was made. Guarded by the lock around it.
/// Unchecked, because its pointers are its own: nothing else holds them, and no caller's bytes stay behind.
struct DuplicateShard: ~Copyable, @unchecked Sendable {
    struct Entry {
        var key: DuplicateCache.Key
        var authenticator: Bytes16
        /// Which insertion made it, so that a ticket for an older one is not taken for this.
        var sequence: UInt64
        /// Milliseconds of the clock that is passed in.
        var expires: UInt64
        /// Where its reply was written, counted from the first byte ever written.
        var replyAt: UInt64
        var replyLength: Int32
        /// The chain that it hangs in; -1 when it is none's.
        var bucket: Int32
        /// The next entry of the chain; -1 at the end.
        var next: Int32

        var isAnswered: Bool { replyLength >= 0 }
    }

    private let capacity: Int
    private let bucketMask: UInt
    private let entries: UnsafeMutablePointer<Entry>
    private let buckets: UnsafeMutablePointer<Int32>
    /// How many were inserted; the next goes to this modulo capacity.
    private var inserted: UInt64 = 0

    private let replies: UnsafeMutableRawPointer
    private let replyRoom: UInt64
    /// Bytes ever written to `replies`, skipped ones included.
    private var written: UInt64 = 0

    init(capacity: Int, replyBytes: Int) {
        self.capacity = capacity
        var bucketCount = 1
        while bucketCount < capacity { bucketCount *= 2 }
        bucketMask = UInt(bucketCount - 1)
        buckets = .allocate(capacity: bucketCount)
        buckets.initialize(repeating: -1, count: bucketCount)
        entries = .allocate(capacity: capacity)
        guard let replies = malloc(replyBytes) else { fatalError("no memory for \(replyBytes) bytes of replies") }
        self.replies = replies
        replyRoom = UInt64(replyBytes)
    }

    deinit {
        buckets.deallocate()
        entries.deallocate()
        free(replies)
    }

    func entry(_ slot: Int) -> Entry { entries[slot] }

    func find(_ key: DuplicateCache.Key, hash: UInt) -> Int? {
        var slot = buckets[bucket(hash)]
        while slot >= 0 {
            if entries[Int(slot)].key == key { return Int(slot) }
            slot = entries[Int(slot)].next
        }
        return nil
    }

    /// Adds a request that is being worked on; an older one of the same key, and the oldest of a full ring, go.
    mutating func insert(
        _ key: DuplicateCache.Key, hash: UInt, authenticator: Bytes16, expires: UInt64
    ) -> (slot: Int, sequence: UInt64) {
        if let old = find(key, hash: hash) { remove(old) }
        let slot = Int(inserted % UInt64(capacity))
        if inserted >= UInt64(capacity) { remove(slot) }
        inserted += 1
        let bucket = bucket(hash)
        (entries + slot).initialize(
            to: Entry(
                key: key, authenticator: authenticator, sequence: inserted, expires: expires, replyAt: 0,
                replyLength: -1, bucket: Int32(bucket), next: buckets[bucket]))
        buckets[bucket] = Int32(slot)
        return (slot, inserted)
    }

    /// Takes an entry out of its chain; its slot stays unused until the ring comes round.
    mutating func remove(_ slot: Int) {
        let bucket = Int(entries[slot].bucket)
        guard bucket >= 0 else { return }
        entries[slot].bucket = -1
        if buckets[bucket] == Int32(slot) {
            buckets[bucket] = entries[slot].next
            return
        }
        var before = Int(buckets[bucket])
        while Int(entries[before].next) != slot { before = Int(entries[before].next) }
        entries[before].next = entries[slot].next
    }

    func holds(_ ticket: DuplicateCache.Ticket) -> Bool {
        let entry = entries[ticket.slot]
        return entry.sequence == ticket.sequence && entry.bucket >= 0
    }

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
        for slot in 0..<Int(min(inserted, UInt64(capacity))) where entries[slot].bucket >= 0 {
            if let reply = reply(of: slot) { body(entries[slot], reply) }
        }
    }

    private func reply(of slot: Int) -> UnsafeRawBufferPointer? {
        let entry = entries[slot]
        guard entry.isAnswered, written - entry.replyAt <= replyRoom else { return nil }
        return UnsafeRawBufferPointer(
            start: replies + Int(entry.replyAt % replyRoom), count: Int(entry.replyLength))
    }

    private func bucket(_ hash: UInt) -> Int {
        // The low bits chose the shard.
        Int((hash >> 16) & bucketMask)
    }
}
