import Glibc

extension Journal {
    /// A journal as it was found.
    package struct Opened {
        package let journal: Journal
        /// Above every number that the folder knows; nil for a folder without a journal.
        package let next: UInt64?
        /// Bytes of a write that a crash tore; none of them was ever acknowledged.
        package let cut: Int
        /// What the disk changed, a sentence each.
        package let damage: [String]
    }

    /// Opens or creates the journal in `folder`. A torn tail is cut off and kept beside it, as `….cut`. Damage in the
    /// middle is kept as `….damaged` and said; whole batches behind it are not lost.
    package static func open(
        folder: String, limit: Int = Journal.standardLimit, segmentSize: Int = Journal.standardSegmentSize,
        disk: JournalDisk = .real
    ) throws(JournalError) -> Opened {
        let lock = try JournalLock(folder: folder)
        var segments: [JournalSegment] = []
        var cut = 0
        var damage: [String] = []
        for name in try JournalSegment.names(in: folder) {
            let found = try examine(folder + "/" + name, named: name)
            cut += found.cut
            damage += found.damage
            if name == JournalSegment.oldName, found.segment.bytes == 0 {
                unlink(found.segment.path)
            } else {
                segments.append(found.segment)
            }
        }
        let journal = Journal(
            folder: folder, limit: limit, segmentSize: segmentSize, lock: lock, segments: segments, disk: disk)
        let next = segments.map { max($0.first, $0.last + 1) }.max()
        return Opened(journal: journal, next: next, cut: cut, damage: damage)
    }

    private static func examine(
        _ path: String, named name: String
    ) throws(JournalError) -> (segment: JournalSegment, cut: Int, damage: [String]) {
        let bytes = try JournalFile.read(path)
        let (scan, first) = scan(bytes)
        let torn = bytes.count - scan.goodEnd
        if torn > 0 {
            try JournalFile.keep(bytes[scan.goodEnd...], path + ".cut")
            try JournalFile.cut(path, to: scan.goodEnd)
        }
        var damage: [String] = []
        for stretch in scan.damage {
            try JournalFile.keep(bytes[stretch], path + ".damaged")
            damage.append(
                "\(path) is damaged: \(stretch.count) bytes at \(stretch.lowerBound) are none of a batch; they are kept"
                    + " in \(path).damaged, the batches behind them are taken")
        }
        let numbers = scan.batches.map(\.seq)
        let segment = JournalSegment(
            path: path, first: numbers.first ?? first ?? UInt64(name.prefix(20)) ?? 1, last: numbers.max() ?? 0,
            bytes: scan.goodEnd)
        return (segment, torn, damage)
    }

    static func scan(_ bytes: [UInt8]) -> (JournalScan, first: UInt64?) {
        bytes.withUnsafeBytes { raw in
            let first = JournalFormat.first(raw)
            return (JournalScan(raw, from: first == nil ? 0 : JournalFormat.headerLength), first)
        }
    }
}
