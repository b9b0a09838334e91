import Threads

/// From the hash of a key to the ids of who has it: open addressing over contiguous entries, in shards. The key itself
/// is not kept; who looks up compares it with the record's.
final class HashIndex: Sendable {
    private final class Shard: Sendable {
        let table = Locked(HashTable())
        /// One writer at a time.
        let writing = Locked(())
    }

    private let shards: [Shard]
    private static let shardCount = 256

    init() { shards = (0..<HashIndex.shardCount).map { _ in Shard() } }

    /// Calls `body` with each id under that hash until it says true; whether it did.
    func find(_ hash: UInt64, _ body: (Int64) -> Bool) -> Bool {
        shard(hash).table.withLock { $0.find(hash, body) }
    }

    func insert(_ hash: UInt64, _ id: Int64) {
        let shard = shard(hash)
        shard.writing.withLock { _ in
            let full: (HashTable.Entries, Int)? = shard.table.withLock { table in
                if let size = table.sizeToGrowTo { return (table.entries, size) }
                table.insert(hash, id)
                return nil
            }
            guard let (old, size) = full else { return }
            // Readers wait for the swap alone.
            let grown = HashTable.Entries(size: size, copying: old)
            shard.table.withLock { table in
                table.insert(hash, id, into: grown)
            }.free()
        }
    }

    /// Makes room at once for as many keys as a table that is being filled will have.
    func reserve(_ count: Int) {
        let most = BulkSize.most(of: count, parts: HashIndex.shardCount)
        for shard in shards {
            shard.writing.withLock { _ in
                let old = shard.table.withLock { $0.entries }
                let size = BulkSize.slots(for: most)
                guard size > old.size else { return }
                let grown = HashTable.Entries(size: size, copying: old)
                shard.table.withLock { $0.replace(grown) }.free()
            }
        }
    }

    func remove(_ hash: UInt64, _ id: Int64) {
        let shard = shard(hash)
        shard.writing.withLock { _ in shard.table.withLock { $0.remove(hash, id) } }
    }

    private func shard(_ hash: UInt64) -> Shard { shards[Int(hash >> 56) % HashIndex.shardCount] }
}

/// One open-addressing table with linear probing. Guarded by the lock around it.
struct HashTable: ~Copyable, @unchecked Sendable {
    struct Entry {
        var hash: UInt64
        /// `free` where there is none.
        var id: Int64
    }

    /// The memory of a table, a power of two of entries.
    struct Entries: @unchecked Sendable {
        let pointer: UnsafeMutablePointer<Entry>
        let size: Int

        init(size: Int) {
            self.size = size
            pointer = .allocate(capacity: size)
            pointer.initialize(repeating: Entry(hash: 0, id: HashTable.free), count: size)
        }

        init(size: Int, copying old: Entries) {
            self.init(size: size)
            for index in 0..<old.size where old.pointer[index].id != HashTable.free { put(old.pointer[index]) }
        }

        func put(_ entry: Entry) {
            var slot = home(entry.hash)
            while pointer[slot].id != HashTable.free { slot = (slot + 1) & (size - 1) }
            pointer[slot] = entry
        }

        func home(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & (size - 1) }

        func free() { pointer.deallocate() }
    }

    private static let free = Int64.min
    private(set) var entries = Entries(size: 16)
    private var count = 0

    init() {}

    deinit { entries.free() }

    /// nil while there is room: the table is kept under three quarters full.
    var sizeToGrowTo: Int? { (count + 1) * 4 > entries.size * 3 ? entries.size * 2 : nil }

    mutating func replace(_ new: Entries) -> Entries {
        defer { entries = new }
        return entries
    }

    func find(_ hash: UInt64, _ body: (Int64) -> Bool) -> Bool {
        var slot = entries.home(hash)
        while entries.pointer[slot].id != HashTable.free {
            if entries.pointer[slot].hash == hash, body(entries.pointer[slot].id) { return true }
            slot = (slot + 1) & (entries.size - 1)
        }
        return false
    }

    /// The old memory, of which nobody reads any more.
    mutating func insert(_ hash: UInt64, _ id: Int64, into grown: Entries) -> Entries {
        defer { insert(hash, id) }
        return replace(grown)
    }

    mutating func insert(_ hash: UInt64, _ id: Int64) {
        entries.put(Entry(hash: hash, id: id))
        count += 1
    }

    /// Moves what follows back, so that no gap cuts a probe short.
    mutating func remove(_ hash: UInt64, _ id: Int64) {
        let mask = entries.size - 1
        var slot = entries.home(hash)
        while entries.pointer[slot].id != HashTable.free {
            if entries.pointer[slot].hash == hash, entries.pointer[slot].id == id { break }
            slot = (slot + 1) & mask
        }
        guard entries.pointer[slot].id != HashTable.free else { return }
        count -= 1
        var gap = slot
        var next = (slot + 1) & mask
        while entries.pointer[next].id != HashTable.free {
            let home = entries.home(entries.pointer[next].hash)
            if (next &- home) & mask >= (next &- gap) & mask {
                entries.pointer[gap] = entries.pointer[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        entries.pointer[gap].id = HashTable.free
    }
}
