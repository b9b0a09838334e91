import Synchronization

/// A bounded queue of decided logins in memory that is taken once: many threads put, one takes, none waits for another.
/// Each slot carries a sequence number that says whose turn it is (D. Vyukov's bounded queue).
final class LoginRing: @unchecked Sendable {
    /// A login as it lies in the ring; its texts follow it in the slot.
    struct Header {
        var note: LoginNote
        var nasID: Int64
        /// How many logins of this outcome and reason the row stands for: itself, and those left out before it.
        var weight: UInt32
        var nameLength: UInt8
        var detailLength: UInt8
    }

    /// A login taken out. Its bytes are valid until `take`'s body returns.
    struct Entry {
        let header: Header
        let name: UnsafeRawBufferPointer
        let detail: UnsafeRawBufferPointer
    }

    static let slotSize = 384
    static let longestDetail = 96
    static let longestName = 253
    private static let headerAt = 8
    private static let textAt = headerAt + MemoryLayout<Header>.stride

    private let slots: UnsafeMutableRawPointer
    private let mask: UInt64
    private let head = Atomic<UInt64>(0)
    /// Moved by the one that takes.
    private let tail = Atomic<UInt64>(0)

    /// - capacity: a power of two. The memory is only touched as far as it was ever filled.
    init(capacity: Int) {
        precondition(capacity > 1 && capacity & (capacity - 1) == 0, "a power of two")
        precondition(LoginRing.textAt + LoginRing.longestName < LoginRing.slotSize, "a login's header fits its slot")
        slots = .allocate(byteCount: capacity * LoginRing.slotSize, alignment: 64)
        mask = UInt64(capacity - 1)
        for index in 0..<capacity {
            (slots + index * LoginRing.slotSize).initializeMemory(as: Atomic<UInt64>.self, to: Atomic(UInt64(index)))
        }
    }

    deinit { slots.deallocate() }

    var capacity: Int { Int(mask) + 1 }

    /// How many wait.
    var count: Int { Int(clamping: head.load(ordering: .relaxed) &- tail.load(ordering: .relaxed)) }

    /// False when there is no room. Texts that are too long are cut.
    func put(_ header: consuming Header, name: UnsafeRawBufferPointer, detail: UnsafeRawBufferPointer) -> Bool {
        var place = head.load(ordering: .relaxed)
        while true {
            let turn = sequence(place).pointee.load(ordering: .acquiring)
            if turn == place {
                let (exchanged, found) = head.weakCompareExchange(
                    expected: place, desired: place &+ 1, ordering: .relaxed)
                if exchanged { break }
                place = found
            } else if turn < place {
                return false
            } else {
                place = head.load(ordering: .relaxed)
            }
        }
        write(slot(place), header, name, detail)
        sequence(place).pointee.store(place &+ 1, ordering: .releasing)
        return true
    }

    /// Gives up to `most` logins to `body`, oldest first; how many. One thread at a time.
    func take(most: Int, _ body: (Entry) -> Void) -> Int {
        var taken = 0
        var place = tail.load(ordering: .relaxed)
        while taken < most, sequence(place).pointee.load(ordering: .acquiring) == place &+ 1 {
            let slot = slot(place)
            let header = (slot + LoginRing.headerAt).load(as: Header.self)
            let text = slot + LoginRing.textAt
            body(
                Entry(
                    header: header, name: UnsafeRawBufferPointer(start: text, count: Int(header.nameLength)),
                    detail: UnsafeRawBufferPointer(
                        start: text + Int(header.nameLength), count: Int(header.detailLength))))
            sequence(place).pointee.store(place &+ mask &+ 1, ordering: .releasing)
            place &+= 1
            taken += 1
            tail.store(place, ordering: .relaxed)
        }
        return taken
    }

    private func write(
        _ slot: UnsafeMutableRawPointer, _ header: consuming Header, _ name: UnsafeRawBufferPointer,
        _ detail: UnsafeRawBufferPointer
    ) {
        let nameLength = min(name.count, LoginRing.longestName)
        let room = LoginRing.slotSize - LoginRing.textAt - nameLength
        let detailLength = min(detail.count, LoginRing.longestDetail, room)
        header.nameLength = UInt8(nameLength)
        header.detailLength = UInt8(detailLength)
        (slot + LoginRing.headerAt).initializeMemory(as: Header.self, to: header)
        let text = slot + LoginRing.textAt
        if let from = name.baseAddress { text.copyMemory(from: from, byteCount: nameLength) }
        if let from = detail.baseAddress { (text + nameLength).copyMemory(from: from, byteCount: detailLength) }
    }

    private func slot(_ place: UInt64) -> UnsafeMutableRawPointer { slots + Int(place & mask) * LoginRing.slotSize }

    private func sequence(_ place: UInt64) -> UnsafeMutablePointer<Atomic<UInt64>> {
        slot(place).assumingMemoryBound(to: Atomic<UInt64>.self)
    }
}
