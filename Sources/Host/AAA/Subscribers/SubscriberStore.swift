package import PluginAPI
import RADIUS
import Synchronization
import Threads

/// All subscribers, compactly: contiguous records in shards by id, and indexes by name, MAC and line. A reader holds a
/// shard's lock while it copies one record; a writer, while it copies one in or swaps a pointer.
package final class SubscriberStore: Sendable {
    final class Shard: Sendable {
        let records = Locked(RecordShard())
    }

    let shards: [Shard]
    private let names = HashIndex()
    private let macs = HashIndex()
    private let lines = HashIndex()
    /// One writer at a time.
    private let writing = Locked<UInt64>(0)
    private let changes = Atomic<UInt64>(0)
    private static let shardCount = 512

    /// Another number after any change of who there is or what they are found by.
    package var population: UInt64 { changes.load(ordering: .relaxed) }

    package init() { shards = (0..<SubscriberStore.shardCount).map { _ in Shard() } }

    package var count: Int { shards.reduce(0) { $0 + $1.records.withLock { $0.count } } }

    func shard(_ id: Int64) -> Shard {
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

    /// One as it comes from the database.
    func put(
        _ facts: SubscriberFacts, name: UnsafeRawBufferPointer, credential: CredentialView,
        line: UnsafeRawBufferPointer?, rules: SubscriberRules?
    ) {
        writing.withLock { put(facts, name, credential, line, rules, &$0) }
    }

    private func put(_ subscriber: Subscriber, _ version: inout UInt64) {
        let (facts, rules) = (subscriber.facts, SubscriberStore.rules(subscriber.facts))
        let (name, line) = (Array(subscriber.username.utf8), subscriber.lineID.map { Array($0.utf8) })
        name.withUnsafeBytes { name in
            subscriber.credential.withView { credential in
                guard let line else { return put(facts, name, credential, nil, rules, &version) }
                line.withUnsafeBytes { put(facts, name, credential, $0, rules, &version) }
            }
        }
    }

    private func put(
        _ facts: SubscriberFacts, _ name: UnsafeRawBufferPointer, _ credential: CredentialView,
        _ line: UnsafeRawBufferPointer?, _ rules: SubscriberRules?, _ version: inout UInt64
    ) {
        version += 1
        let number = version
        withUnsafeTemporaryAllocation(byteCount: SubscriberRecord.maximumLength, alignment: 16) { room in
            let count = RecordEncoder.encode(
                facts, name: name, credential: credential, line: line, hasRules: rules != nil, version: number,
                into: room)
            put(facts.id, UnsafeRawBufferPointer(rebasing: room[..<count]), rules)
        }
    }

    /// Makes room at once for as many subscribers as are about to come.
    func reserve(_ count: Int) {
        let most = BulkSize.most(of: count, parts: SubscriberStore.shardCount)
        writing.withLock { _ in
            for shard in shards {
                let (old, size) = shard.records.withLock { ($0.memory, $0.sizeToReserve(most)) }
                if let size { grow(shard, old, size) }
            }
            names.reserve(count)
        }
    }

    package func remove(_ id: Int64) {
        writing.withLock { version in
            version += 1
            withOld(id) { old in
                shard(id).records.withLock { $0.remove(id) }
                move(id, from: Keys(old), to: Keys(nil))
            }
        }
    }

    /// A record as it was encoded, by an earlier process perhaps; its rules come apart.
    func putRecord(_ record: UnsafeRawBufferPointer) {
        writing.withLock { version in
            let view = SubscriberRecord(record)
            version = max(version, view.version)
            put(view.id, record, nil)
        }
    }

    /// Whoever looks meanwhile finds the old state or the new: keys come before the old ones go.
    private func put(_ id: Int64, _ bytes: UnsafeRawBufferPointer, _ rules: SubscriberRules?) {
        withOld(id) { old in
            let shard = shard(id)
            let full: (RecordShard.Memory, (slots: Int, bytes: Int))? = shard.records.withLock { records in
                if let size = records.sizeToGrowTo(for: bytes.count) { return (records.memory, size) }
                records.put(id, bytes, rules)
                return nil
            }
            if let (memory, size) = full {
                grow(shard, memory, size)
                shard.records.withLock { $0.put(id, bytes, rules) }
            }
            move(id, from: Keys(old), to: Keys(SubscriberRecord(bytes)))
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

    /// Readers wait for the swap alone: nobody else changes the shard meanwhile.
    private func grow(_ shard: Shard, _ old: RecordShard.Memory, _ size: (slots: Int, bytes: Int)) {
        let new = RecordShard.Memory(slots: size.slots, size: size.bytes)
        let used = RecordShard.copy(old, to: new)
        shard.records.withLock { $0.replace(new, used: used) }.free()
    }

    /// Hashes of what a record is found by. A record without a name, since no packet could carry it, is not found by one.
    private struct Keys {
        private(set) var name: UInt64?
        private(set) var mac: UInt64?
        private(set) var line: UInt64?

        init(_ record: SubscriberRecord?) {
            guard let record else { return }
            if record.header.nameLength > 0 { name = ByteHash.of(record.name) }
            guard record.isPasswordless else { return }
            mac = record.mac.map { ByteHash.of($0.bits) }
            line = record.line.map { ByteHash.of($0) }
        }
    }

    private func move(_ id: Int64, from old: Keys, to new: Keys) {
        if old.name != new.name || old.mac != new.mac || old.line != new.line {
            changes.wrappingAdd(1, ordering: .relaxed)
        }
        if old.name != new.name, let name = new.name { names.insert(name, id) }
        if old.mac != new.mac, let mac = new.mac { macs.insert(mac, id) }
        if old.line != new.line, let line = new.line { lines.insert(line, id) }
        if old.name != new.name, let name = old.name { names.remove(name, id) }
        if old.mac != new.mac, let mac = old.mac { macs.remove(mac, id) }
        if old.line != new.line, let line = old.line { lines.remove(line, id) }
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
