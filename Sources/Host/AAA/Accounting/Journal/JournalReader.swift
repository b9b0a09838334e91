/// Where reading back stands: one segment's bytes at a time, so that a journal of any size takes little memory.
struct JournalReader {
    private var path = ""
    private var bytes: [UInt8] = []
    private var batches: [JournalFormat.Found] = []

    /// The batches of a segment that come after `seq`, until they are `most` bytes.
    mutating func batches(_ segment: JournalSegment, after seq: UInt64, most: Int) throws(JournalError)
        -> [Journal.Batch]
    {
        if path != segment.path || (batches.last?.seq ?? 0) < segment.last {
            bytes = try JournalFile.read(segment.path)
            batches = Journal.scan(bytes).0.batches
            path = segment.path
        }
        var found: [Journal.Batch] = []
        var size = 0
        for batch in batches where batch.seq > seq {
            if size > 0, size + batch.body.count > most { break }
            size += batch.body.count
            found.append(Journal.Batch(seq: batch.seq, entries: JournalEntry.all(Array(bytes[batch.body])) ?? []))
        }
        return found
    }

    mutating func rest() { self = JournalReader() }
}

extension Journal {
    /// The next batches after `seq`, in order, until they are about `most` bytes; empty when there are none.
    package func read(after seq: UInt64, most: Int = 1 << 20) throws(JournalError) -> [Batch] {
        for segment in segments where segment.last > seq {
            let found = try reader.batches(segment, after: seq, most: most)
            if !found.isEmpty { return found }
        }
        reader.rest()
        return []
    }
}
