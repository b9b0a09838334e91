/// What a segment's bytes hold: the whole batches, and the stretches that are none. Pure.
package struct JournalScan {
    private(set) var batches: [JournalFormat.Found] = []
    /// Bytes between whole batches, or before the first: a disk that changed what was written.
    package private(set) var damage: [Range<Int>] = []
    /// Where the last whole batch ends; what follows is a tail that was torn in the middle of a write.
    package private(set) var goodEnd = 0

    /// Bodies of the whole batches, by where they lie.
    package var bodies: [Range<Int>] { batches.map(\.body) }

    /// - start: where the first batch is looked for, behind the segment's header.
    package init(_ bytes: UnsafeRawBufferPointer, from start: Int) {
        var offset = start
        goodEnd = min(start, bytes.count)
        while offset < bytes.count {
            if let found = JournalFormat.batch(bytes, at: offset) {
                if offset > goodEnd { damage.append(goodEnd..<offset) }
                batches.append(found)
                offset = found.end
                goodEnd = offset
            } else {
                offset = JournalScan.next(bytes, after: offset)
            }
        }
    }

    /// The next place that could begin a batch.
    private static func next(_ bytes: UnsafeRawBufferPointer, after offset: Int) -> Int {
        var index = offset + 1
        // "TK", which both forms of a batch begin with.
        while index + 1 < bytes.count {
            if bytes[index] == 0x54, bytes[index + 1] == 0x4B { return index }
            index += 1
        }
        return bytes.count
    }
}
