/// One part of the store: records one behind the other in one piece of memory, found by id through open addressing.
/// Guarded by the lock around it; changed by one writer at a time.
struct RecordShard: ~Copyable, @unchecked Sendable {
    /// Where a record lies. Its room may be larger than it is, so that a change mostly stays in place.
    struct Place {
        var id: Int64
        var offset: UInt32
        var length: UInt16
        /// 0 where there is none.
        var room: UInt16
    }

    /// Table and records. Copied into a larger one while readers go on with this one; nobody else writes meanwhile.
    struct Memory: @unchecked Sendable {
        let places: UnsafeMutablePointer<Place>
        let slots: Int
        let bytes: UnsafeMutableRawPointer
        let size: Int

        init(slots: Int, size: Int) {
            self.slots = slots
            self.size = size
            places = .allocate(capacity: slots)
            places.initialize(repeating: Place(id: 0, offset: 0, length: 0, room: 0), count: slots)
            bytes = .allocate(byteCount: size, alignment: 16)
        }

        func free() {
            places.deallocate()
            bytes.deallocate()
        }

        func slot(of id: Int64) -> Int? {
            var slot = home(id)
            while places[slot].room != 0 {
                if places[slot].id == id { return slot }
                slot = (slot + 1) & (slots - 1)
            }
            return nil
        }

        func add(_ place: Place) {
            var slot = home(place.id)
            while places[slot].room != 0 { slot = (slot + 1) & (slots - 1) }
            places[slot] = place
        }

        func home(_ id: Int64) -> Int {
            // The low bits chose the shard.
            Int(truncatingIfNeeded: ByteHash.of(UInt64(bitPattern: id)) >> 16) & (slots - 1)
        }
    }

    private(set) var memory = Memory(slots: 16, size: 2048)
    private(set) var count = 0
    private var used = 0
    private var garbage = 0
    private var rules: [Int64: SubscriberRules] = [:]

    init() {}

    deinit { memory.free() }

    func read(_ id: Int64) -> UnsafeRawBufferPointer? {
        guard let slot = memory.slot(of: id) else { return nil }
        let place = memory.places[slot]
        return UnsafeRawBufferPointer(start: memory.bytes + Int(place.offset), count: Int(place.length))
    }

    func rules(_ id: Int64) -> SubscriberRules? { rules[id] }

    var allRules: [Int64: SubscriberRules] { rules }

    mutating func set(_ new: SubscriberRules, _ id: Int64) { rules[id] = new }

    /// How large the memory must become; nil while a record of `length` bytes fits.
    func sizeToGrowTo(for length: Int) -> (slots: Int, bytes: Int)? {
        let needsSlots = (count + 1) * 4 > memory.slots * 3
        let needsBytes = used + RecordShard.room(length) > memory.size
        guard needsSlots || needsBytes else { return nil }
        let live = used - garbage + RecordShard.room(length)
        return (needsSlots ? memory.slots * 2 : memory.slots, needsBytes ? max(2048, live + live / 4) : memory.size)
    }

    /// How large the memory is made for `count` records that are about to come; nil when it is.
    func sizeToReserve(_ count: Int) -> (slots: Int, bytes: Int)? {
        let slots = BulkSize.slots(for: count)
        let bytes = count * RecordShard.usualRoom
        guard slots > memory.slots || bytes > memory.size else { return nil }
        return (max(slots, memory.slots), max(bytes, memory.size))
    }

    /// Copies the records to `new`, without the holes; the bytes used there.
    static func copy(_ old: Memory, to new: Memory) -> Int {
        var used = 0
        for slot in 0..<old.slots where old.places[slot].room != 0 {
            var place = old.places[slot]
            (new.bytes + used).copyMemory(from: old.bytes + Int(place.offset), byteCount: Int(place.length))
            place.offset = UInt32(used)
            used += Int(place.room)
            new.add(place)
        }
        return used
    }

    mutating func replace(_ new: Memory, used: Int) -> Memory {
        let old = memory
        memory = new
        self.used = used
        garbage = 0
        return old
    }

    /// There is room: see `sizeToGrowTo`.
    mutating func put(_ id: Int64, _ record: UnsafeRawBufferPointer, _ newRules: SubscriberRules?) {
        if newRules != nil || !rules.isEmpty { rules[id] = newRules }
        if let slot = memory.slot(of: id) {
            if record.count <= Int(memory.places[slot].room) {
                write(record, at: Int(memory.places[slot].offset))
                memory.places[slot].length = UInt16(record.count)
                return
            }
            garbage += Int(memory.places[slot].room)
            memory.places[slot].offset = UInt32(used)
            memory.places[slot].length = UInt16(record.count)
            memory.places[slot].room = UInt16(RecordShard.room(record.count))
        } else {
            memory.add(
                Place(
                    id: id, offset: UInt32(used), length: UInt16(record.count),
                    room: UInt16(RecordShard.room(record.count))))
            count += 1
        }
        write(record, at: used)
        used += RecordShard.room(record.count)
    }

    private func write(_ record: UnsafeRawBufferPointer, at offset: Int) {
        UnsafeMutableRawBufferPointer(start: memory.bytes + offset, count: record.count).copyMemory(from: record)
    }

    mutating func remove(_ id: Int64) {
        rules[id] = nil
        guard let slot = memory.slot(of: id) else { return }
        count -= 1
        garbage += Int(memory.places[slot].room)
        let mask = memory.slots - 1
        var gap = slot
        var next = (slot + 1) & mask
        // What follows moves back, so that no gap cuts a probe short.
        while memory.places[next].room != 0 {
            let home = memory.home(memory.places[next].id)
            if (next &- home) & mask >= (next &- gap) & mask {
                memory.places[gap] = memory.places[next]
                gap = next
            }
            next = (next + 1) & mask
        }
        memory.places[gap].room = 0
    }

    func forEach(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        for slot in 0..<memory.slots where memory.places[slot].room != 0 {
            let place = memory.places[slot]
            try body(UnsafeRawBufferPointer(start: memory.bytes + Int(place.offset), count: Int(place.length)))
        }
    }

    /// Every record, copied.
    func copies() -> [[UInt8]] {
        var records: [[UInt8]] = []
        records.reserveCapacity(count)
        for slot in 0..<memory.slots where memory.places[slot].room != 0 {
            let place = memory.places[slot]
            records.append(
                Array(UnsafeRawBufferPointer(start: memory.bytes + Int(place.offset), count: Int(place.length))))
        }
        return records
    }

    /// Bytes of table and records.
    var footprint: Int { memory.size + memory.slots * MemoryLayout<Place>.stride }

    /// Of a record with a name and a password of 10 bytes, and some to spare: what is not used takes no memory from the
    /// system.
    private static let usualRoom = 128

    private static func room(_ length: Int) -> Int { (length + 15) & ~15 }
}
