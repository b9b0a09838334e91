import RADIUS
import Testing

@Suite struct RingIndexTests {
    @Test func `what fell out of the ring is not found, whatever its hash`() {
        var index = RingIndex(capacity: 4)
        for hash: UInt64 in 1...5 { _ = index.insert(hash << 40) }
        #expect(index.find(1 << 40) { _ in true } == nil)
        #expect(index.find(9 << 40) { _ in true } == nil)
    }

    @Test func `a hash under which others lie too is found by what matches`() {
        var index = RingIndex(capacity: 8)
        let first = index.insert(7)
        let second = index.insert(7)
        #expect(first != second)
        #expect(index.find(7) { $0 == first } == first)
        #expect(index.find(7) { $0 == second } == second)
        #expect(index.find(7) { _ in false } == nil)
    }

    @Test func `a set that is full forgets its oldest, and only that`() {
        var index = RingIndex(capacity: 64)
        // All in one set: only the upper halves differ.
        let slots = (1...9).map { index.insert(UInt64($0) << 40) }
        #expect(index.find(1 << 40) { _ in true } == nil)
        for number in 2...9 { #expect(index.find(UInt64(number) << 40) { _ in true } == slots[number - 1]) }
    }

    @Test func `places come round in order, and the last ones taken are told oldest first`() {
        var index = RingIndex(capacity: 3)
        #expect(index.capacity == 4)
        let slots = (0..<6).map { index.insert(UInt64($0)) }
        #expect(Set(slots.prefix(4)).count == 4 && slots[4] == slots[0] && slots[5] == slots[1])
        #expect(Array(index.taken(3)) == [slots[3], slots[4], slots[5]])
    }
}
