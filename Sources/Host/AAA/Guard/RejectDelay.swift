package import RADIUS

/// Holds finished Access-Rejects until they are due, so that a device that redials at once does so once a second
/// (RFC 2865 section 2 leaves the time to the server). A timer wheel: no thread waits, and each reject costs the same
/// however many there are. Bounded: what finds no room is for the caller to send at once.
///
/// Owned by the thread of one listener. Times are milliseconds of a clock that never goes back.
package final class RejectDelay {
    private struct Held {
        var due: UInt64
        var peer: SourceAddress
        var local: SourceAddress
        var block: Int32
        var length: Int32
        var next: Int32
    }

    /// A tick in milliseconds, as a power of two: 8.
    private static let tickShift: UInt64 = 3
    /// Nothing is held longer than half a turn of the wheel: 4 seconds.
    package static let longestMilliseconds = UInt64(WheelSlots.count / 2 - 12) << tickShift

    private let slots = WheelSlots()
    private var bytes: ByteBlocks
    private let entries: UnsafeMutablePointer<Held>
    private let scratch: UnsafeMutableRawBufferPointer
    private let capacity: Int
    /// Entries from here on were never used.
    private var fresh = 0
    private var free: Int32 = -1
    /// The first tick whose slot was not emptied yet.
    private var tick: UInt64 = 0
    package private(set) var count = 0

    /// - Parameters:
    ///   - packets: held at most.
    ///   - byteCount: of packets held at most, in blocks of 128. The memory is taken when it is first used.
    package init(packets: Int = 50_000, byteCount: Int = 16 << 20) {
        capacity = packets
        bytes = ByteBlocks(bytes: byteCount)
        entries = .allocate(capacity: packets)
        scratch = .allocate(byteCount: 4096, alignment: 16)
    }

    deinit {
        entries.deallocate()
        scratch.deallocate()
    }

    /// Takes a copy to be given out at `due`, `longestMilliseconds` from the last call of `due` at most. False when there
    /// is no room, or the packet is longer than 4096 bytes.
    package func hold(
        _ packet: UnsafeRawBufferPointer, to peer: SourceAddress, from local: SourceAddress, due: UInt64
    ) -> Bool {
        guard count < capacity, packet.count <= scratch.count, let block = bytes.keep(packet) else { return false }
        let entry = take()
        let held = Held(
            due: due, peer: peer, local: local, block: block, length: Int32(packet.count), next: -1)
        (entries + Int(entry)).initialize(to: held)
        // The slot after the due moment: never early.
        let wanted = (due + (1 << RejectDelay.tickShift) - 1) >> RejectDelay.tickShift
        // An empty wheel stands anywhere: the clock may have gone on, or never have been told.
        if count == 0 { tick = max(tick, wanted - min(wanted, UInt64(WheelSlots.count / 2))) }
        let before = slots.append(entry, to: min(max(wanted, tick), tick + UInt64(WheelSlots.count - 1)))
        if before >= 0 { entries[Int(before)].next = entry }
        count += 1
        return true
    }

    /// When `due` is to be called next; nil when nothing is held.
    package func nextDue() -> UInt64? {
        guard count > 0 else { return nil }
        return slots.next(from: tick).map { $0 << RejectDelay.tickShift }
    }

    /// Gives out all that is due at `now`, in the order of due ticks, then of holding.
    package func due(
        _ now: UInt64, _ body: (_ packet: UnsafeRawBufferPointer, _ peer: SourceAddress, _ local: SourceAddress) -> Void
    ) {
        let last = now >> RejectDelay.tickShift
        while count > 0, let next = slots.next(from: tick), next <= last {
            tick = next
            giveOut(slots.take(next), body)
        }
        tick = max(tick, last)
    }

    private func giveOut(
        _ first: Int32, _ body: (UnsafeRawBufferPointer, SourceAddress, SourceAddress) -> Void
    ) {
        var entry = first
        while entry >= 0 {
            let held = entries[Int(entry)]
            bytes.release(held.block, into: scratch, length: Int(held.length))
            entries[Int(entry)].next = free
            free = entry
            count -= 1
            body(UnsafeRawBufferPointer(rebasing: scratch[..<Int(held.length)]), held.peer, held.local)
            entry = held.next
        }
    }

    private func take() -> Int32 {
        if free >= 0 {
            defer { free = entries[Int(free)].next }
            return free
        }
        defer { fresh += 1 }
        return Int32(fresh)
    }
}
