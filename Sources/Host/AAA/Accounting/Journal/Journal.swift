import Glibc

/// The append-only log of accounting batches that the database may not have yet, in segments of some megabytes: each
/// batch is written here before it is sent there, so that nothing acknowledged is ever lost (D10). One process owns a
/// folder, one thread uses this. Segments that the database has wholly are deleted, the newest never: its name keeps
/// the count.
package final class Journal {
    let folder: String
    private let limit: Int
    private let segmentSize: Int
    private let lock: JournalLock
    /// Oldest first.
    var segments: [JournalSegment]
    /// The last segment's, while it is written to.
    private var current: Int32 = -1
    /// Descriptors of segments that were left since the last sync, with their last batch.
    private var left: [(descriptor: Int32, last: UInt64)] = []
    private var hasNewNames = false
    private var confirmed: UInt64 = 0
    private let disk: JournalDisk
    /// The last batch that a sync vouched for.
    private var synced: UInt64 = 0
    /// The last batch that was written when a sync failed: no later sync vouches for those up to it.
    private var unsure: UInt64 = 0
    private var buffer: [UInt8] = []
    var reader = JournalReader()

    package static let standardLimit = 2 << 30
    package static let standardSegmentSize = 16 << 20

    /// A batch read back.
    package struct Batch: Sendable {
        package let seq: UInt64
        package let entries: [JournalEntry]
    }

    init(folder: String, limit: Int, segmentSize: Int, lock: JournalLock, segments: [JournalSegment], disk: JournalDisk)
    {
        self.folder = folder
        self.disk = disk
        self.limit = limit
        // The newest segment is never deleted: one as large as the limit would leave no room for another batch.
        self.segmentSize = min(segmentSize, limit / 4)
        self.lock = lock
        self.segments = segments
        JournalFormat.begin(&buffer)
    }

    deinit { close() }

    package var fill: JournalFill {
        let before = max(confirmed, (segments.first?.first ?? 1) - 1)
        let last = lastSeq
        return JournalFill(
            bytes: segments.reduce(0) { $0 + $1.bytes }, limit: limit, batches: last > before ? last - before : 0)
    }

    /// The last batch that was ever written, as far as the folder tells; 0 for none.
    package var lastSeq: UInt64 { segments.reduce(0) { max($0, $1.last) } }

    /// Adds to the batch that is being gathered.
    package func add(_ entry: JournalEntry) { entry.append(to: &buffer) }

    /// Bytes of the batch that is being gathered.
    package var gathered: Int { buffer.count - JournalFormat.batchHeaderLength }

    /// Writes the gathered batch under its number and begins another. When it throws, the journal is as before and the
    /// batch is gone.
    package func write(seq: UInt64) throws(JournalError) {
        defer { JournalFormat.begin(&buffer) }
        JournalFormat.seal(&buffer, seq: seq)
        let bytes = fill.bytes
        guard bytes + buffer.count + JournalFormat.headerLength <= limit else {
            throw JournalError(
                .full, "the journal in \(folder) is full: \(bytes >> 20) of \(limit >> 20) MiB (journal-limit)")
        }
        if current < 0 || (segments.last?.bytes ?? 0) >= segmentSize { try begin(seq) }
        guard let failure = buffer.withUnsafeBytes({ JournalFile.write($0, to: current) }) else {
            segments[segments.count - 1].bytes += buffer.count
            segments[segments.count - 1].last = seq
            return
        }
        takeBack()
        throw JournalError(
            .disk, "can't write to \(segments.last?.path ?? folder): \(String(cString: strerror(failure)))")
    }

    package func append(_ batch: Batch) throws(JournalError) {
        for entry in batch.entries { add(entry) }
        try write(seq: batch.seq)
    }

    /// After a failed write: what was written of the batch goes. Where it can't be cut off, nothing more is written
    /// behind it.
    private func takeBack() {
        let size = off_t(segments.last?.bytes ?? 0)
        if ftruncate(current, size) == 0, lseek(current, size, SEEK_SET) == size { return }
        leave()
    }

    /// A new segment, for batches from `first` on.
    private func begin(_ first: UInt64) throws(JournalError) {
        leave()
        let path = folder + "/" + JournalSegment.name(first: first)
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalError(.disk, "can't make \(path): \(JournalFile.reason())") }
        let header = JournalFormat.header(first: first)
        if let failure = header.withUnsafeBytes({ JournalFile.write($0, to: descriptor) }) {
            Glibc.close(descriptor)
            if !segments.contains(where: { $0.path == path }) { unlink(path) }
            throw JournalError(.disk, "can't write to \(path): \(String(cString: strerror(failure)))")
        }
        segments.removeAll { $0.path == path }
        segments.append(JournalSegment(path: path, first: first, last: 0, bytes: header.count))
        current = descriptor
        hasNewNames = true
    }

    private func leave() {
        guard current >= 0 else { return }
        left.append((current, lastSeq))
        current = -1
    }

    /// Returns when all that was written is on the disk, save for what a sync failed on before: `keeps` tells.
    package func sync() throws(JournalError) {
        if let failure = flush() {
            // The kernel tells a failed write once and may have forgotten the bytes; the next sync of the same file
            // would say that all is well. So nothing more goes into these files, nor is a later sync asked about them.
            unsure = lastSeq
            leave()
            closeLeft()
            throw failure
        }
        synced = lastSeq
    }

    /// Whether some batch was written since the last sync.
    package var hasUnsynced: Bool { lastSeq > max(synced, unsure) }

    private func flush() -> JournalError? {
        for descriptor in left.map(\.descriptor) + (current >= 0 ? [current] : []) {
            let failure = disk.syncFile(descriptor)
            guard failure == 0 else {
                return JournalError(
                    .disk, "can't sync the journal in \(folder): \(String(cString: strerror(failure)))")
            }
        }
        closeLeft()
        guard hasNewNames else { return nil }
        let failure = disk.syncFolder(folder)
        guard failure == 0 else {
            return JournalError(.disk, "can't sync the folder \(folder): \(String(cString: strerror(failure)))")
        }
        hasNewNames = false
        return nil
    }

    private func closeLeft() {
        for segment in left { Glibc.close(segment.descriptor) }
        left = []
    }

    /// Whether a sync vouched for this batch and none failed since it was written. What was told durable before a sync
    /// failed is so still, though this may say no.
    package func keeps(_ seq: UInt64) -> Bool { seq <= synced && seq > unsure }

    /// Tells that the database has every batch up to `seq`.
    package func confirm(through seq: UInt64) {
        guard seq > confirmed else { return }
        confirmed = seq
        left.removeAll { segment in
            guard segment.last <= seq else { return false }
            Glibc.close(segment.descriptor)
            return true
        }
        while segments.count > 1, segments[0].last <= seq {
            guard unlink(segments[0].path) == 0 || errno == ENOENT else { return }
            segments.removeFirst()
        }
    }

    /// Gives the folder to whoever waits for it.
    package func close() {
        leave()
        closeLeft()
        lock.release()
    }
}
