/// The pieces that wait, first to last.
struct PieceQueue: Sendable {
    private var pieces: [[UInt8]] = []
    private var first = 0
    private var offset = 0
    private(set) var count = 0

    mutating func add(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        pieces.append(bytes)
        count += bytes.count
    }

    /// As much as there is room for; gives how much.
    mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        while first < pieces.count, filled < buffer.count {
            let size = min(pieces[first].count - offset, buffer.count - filled)
            pieces[first].withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: $0[offset..<(offset + size)]))
            }
            filled += size
            offset += size
            guard offset == pieces[first].count else { break }
            // Let go at once: the same bytes may wait for thousands.
            pieces[first] = []
            first += 1
            offset = 0
        }
        count -= filled
        if first == pieces.count || first > 64 {
            pieces.removeFirst(first)
            first = 0
            if pieces.isEmpty { pieces = [] }
        }
        return filled
    }
}
