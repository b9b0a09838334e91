package import PluginAPI
import RADIUS
import Threads

/// All subscribers, compactly: contiguous records in shards by id, and indexes by name, MAC and line. A reader holds a
/// shard's lock while it copies one record; a writer, while it copies one in or swaps a pointer.
package final class SubscriberStore: Sendable {
    private final class Shard: Sendable {
        let records = Locked(RecordShard())
    }

    private let shards: [Shard]
    private let names = HashIndex()
    private let macs = HashIndex()
    private let lines = HashIndex()
    /// One writer at a time.
    private let writing = Locked<UInt64>(0)
    private static let shardCount = 512

    package init() { shards = (0..<SubscriberStore.shardCount).map { _ in Shard() } }

    package var count: Int { shards.reduce(0) { $0 + $1.records.withLock { $0.count } } }

    private func shard(_ id: Int64) -> Shard {
        shards[Int(truncatingIfNeeded: ByteHash.of(UInt64(bitPattern: id))) & (SubscriberStore.shardCount - 1)]
    }
}

// MARK: - Finding

extension SubscriberStore {
    /// Copies the record of whoever has that name into `room` (`SubscriberRecord.maximumLength` bytes).
    package func find(
        name: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) -> SubscriberRecord? {
        find(names, ByteHash.of(name), into: room) { $0.name.matches(name) }
    }

    /// By MAC: those only that may log in without a password.
    package func find(mac: MACAddress, into room: UnsafeMutableRawBufferPointer) -> SubscriberRecord? {
        find(macs, ByteHash.of(mac.bits), into: room) { $0.isPasswordless && $0.mac == mac }
    }

    /// By line: those only that may log in without a password.
    package func find(line: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer) -> SubscriberRecord? {
        find(lines, ByteHash.of(line), into: room) { $0.isPasswordless && $0.line?.matches(line) == true }
    }

    private func find(
        _ index: HashIndex, _ hash: UInt64, into room: UnsafeMutableRawBufferPointer,
        _ matches: (SubscriberRecord) -> Bool
    ) -> SubscriberRecord? {
        var found: SubscriberRecord?
        _ = index.find(hash) { id in
            guard let record = copy(id, into: room), matches(record) else { return false }
            found = record
            return true
        }
        return found
    }

    package func copy(_ id: Int64, into room: UnsafeMutableRawBufferPointer) -> SubscriberRecord? {
        shard(id).records.withLock { shard in
            guard let bytes = shard.read(id) else { return nil }
            room.copyMemory(from: bytes)
            return SubscriberRecord(UnsafeRawBufferPointer(rebasing: room[..<bytes.count]))
        }
    }

    /// The further attributes of a subscriber whose record says that it has some.
    package func rules(of record: SubscriberRecord) -> SubscriberRules? {
        guard record.header.flags.contains(.hasRules) else { return nil }
        return shard(record.id).records.withLock { $0.rules(record.id) }
    }
}

// MARK: - Changing

extension SubscriberStore {
    package func put(_ subscriber: Subscriber) { writing.withLock { put(subscriber, &$0) } }

    /// Changes one as it is now; nothing when it is gone.
    package func change(_ id: Int64, _ body: (inout Subscriber) -> Void) {
        writing.withLock { version in
            guard var subscriber = self[id] else { return }
            body(&subscriber)
            put(subscriber, &version)
        }
    }

    private func put(_ subscriber: Subscriber, _ version: inout UInt64) {
        version += 1
        let record = RecordEncoder.encode(subscriber, version: version)
        let rules = SubscriberStore.rules(subscriber.facts)
        record.withUnsafeBytes { put(subscriber.facts.id, $0, rules) }
    }

    package func remove(_ id: Int64) {
        writing.withLock { version in
            version += 1
            withOld(id) { old in
                shard(id).records.withLock { $0.remove(id) }
                SubscriberStore.keys(old).forEach { remove($0, id) }
            }
        }
    }

    /// Whoever looks meanwhile finds the old state or the new: keys come before the old ones go.
    private func put(_ id: Int64, _ bytes: UnsafeRawBufferPointer, _ rules: SubscriberRules?) {
        withOld(id) { old in
            makeRoom(id, bytes.count)
            shard(id).records.withLock { $0.put(id, bytes, rules) }
            let (before, after) = (SubscriberStore.keys(old), SubscriberStore.keys(SubscriberRecord(bytes)))
            for key in after where !before.contains(key) { insert(key, id) }
            for key in before where !after.contains(key) { remove(key, id) }
        }
    }

    private func withOld(_ id: Int64, _ body: (SubscriberRecord?) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: SubscriberRecord.maximumLength, alignment: 16) {
            body(copy(id, into: $0))
        }
    }

    private static func rules(_ facts: SubscriberFacts) -> SubscriberRules? {
        if facts.checks.isEmpty && facts.replies.isEmpty { return nil }
        return SubscriberRules(checks: facts.checks, replies: facts.replies)
    }

    private func makeRoom(_ id: Int64, _ length: Int) {
        let records = shard(id)
        let (old, size) = records.records.withLock { ($0.memory, $0.sizeToGrowTo(for: length)) }
        guard let size else { return }
        // Readers wait for the swap alone: nobody else changes the shard meanwhile.
        let new = RecordShard.Memory(slots: size.slots, size: size.bytes)
        let used = RecordShard.copy(old, to: new)
        records.records.withLock { $0.replace(new, used: used) }.free()
    }

    private enum Key: Hashable {
        case name(UInt64)
        case mac(UInt64)
        case line(UInt64)
    }

    /// By what a record is found.
    private static func keys(_ record: SubscriberRecord?) -> [Key] {
        guard let record else { return [] }
        var keys = [Key.name(ByteHash.of(record.name))]
        guard record.isPasswordless else { return keys }
        if let mac = record.mac { keys.append(.mac(ByteHash.of(mac.bits))) }
        if let line = record.line { keys.append(.line(ByteHash.of(line))) }
        return keys
    }

    private func insert(_ key: Key, _ id: Int64) {
        switch key {
        case .name(let hash): names.insert(hash, id)
        case .mac(let hash): macs.insert(hash, id)
        case .line(let hash): lines.insert(hash, id)
        }
    }

    private func remove(_ key: Key, _ id: Int64) {
        switch key {
        case .name(let hash): names.remove(hash, id)
        case .mac(let hash): macs.remove(hash, id)
        case .line(let hash): lines.remove(hash, id)
        }
    }
}

// MARK: - For people and tests

extension SubscriberStore {
    /// The subscriber whole, or its change.
    package subscript(_ id: Int64) -> Subscriber? {
        get { with { copy(id, into: $0) } }
        set {
            if let newValue { put(newValue) } else { remove(id) }
        }
    }

    package var ids: [Int64] {
        var ids: [Int64] = []
        for shard in shards { shard.records.withLock { $0.forEach { ids.append(SubscriberRecord($0).id) } } }
        return ids
    }

    package func subscriber(named name: String) -> Subscriber? {
        Array(name.utf8).withUnsafeBytes { name in with { find(name: name, into: $0) } }
    }

    package func subscriber(mac: MACAddress) -> Subscriber? { with { find(mac: mac, into: $0) } }

    package func subscriber(line: String) -> Subscriber? {
        Array(line.utf8).withUnsafeBytes { line in with { find(line: line, into: $0) } }
    }

    private func with(_ body: (UnsafeMutableRawBufferPointer) -> SubscriberRecord?) -> Subscriber? {
        withUnsafeTemporaryAllocation(byteCount: SubscriberRecord.maximumLength, alignment: 16) { room in
            guard let record = body(room) else { return nil }
            var subscriber = record.subscriber()
            if let rules = rules(of: record) {
                subscriber.checks = rules.checks
                subscriber.replies = rules.replies
            }
            return subscriber
        }
    }

    /// Bytes of the records and their table, indexes excepted.
    package var footprint: Int { shards.reduce(0) { $0 + $1.records.withLock { $0.footprint } } }
}
