import Synchronization

/// Counters side by side in one allocation that begins on a cache line; adding to one takes no lock.
struct AtomicArray: ~Copyable, @unchecked Sendable {
    private let base: UnsafeMutablePointer<Atomic<UInt64>>
    let count: Int

    init(count: Int) {
        let room = UnsafeMutableRawPointer.allocate(
            byteCount: count * MemoryLayout<Atomic<UInt64>>.stride, alignment: 64)
        base = room.bindMemory(to: Atomic<UInt64>.self, capacity: count)
        for index in 0..<count { (base + index).initialize(to: Atomic(0)) }
        self.count = count
    }

    deinit {
        base.deinitialize(count: count)
        UnsafeMutableRawPointer(base).deallocate()
    }

    func add(_ amount: UInt64 = 1, at index: Int) {
        assert(index >= 0 && index < count, "a counter of this array")
        base[index].wrappingAdd(amount, ordering: .relaxed)
    }

    func load(_ index: Int) -> UInt64 { base[index].load(ordering: .relaxed) }

    /// Takes what was counted away and gives it.
    func take(_ index: Int) -> UInt64 { base[index].exchange(0, ordering: .relaxed) }

    /// The amount before the addition.
    func fetchAdd(_ amount: UInt64, at index: Int) -> UInt64 {
        base[index].wrappingAdd(amount, ordering: .relaxed).oldValue
    }

    func store(_ amount: UInt64, at index: Int) { base[index].store(amount, ordering: .relaxed) }

    func exchange(_ amount: UInt64, at index: Int) -> UInt64 { base[index].exchange(amount, ordering: .relaxed) }
}

/// The place of a case in `allCases`: the one byte of an enum without payloads, which Swift numbers in the order of
/// declaration. A test holds each enum that is counted to this.
func ordinal<Case: CaseIterable>(_ value: Case) -> Int {
    assert(MemoryLayout<Case>.size == 1, "an enum without payloads")
    return withUnsafeBytes(of: value) { Int($0[0]) }
}
