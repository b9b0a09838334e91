import Glibc

/// The append-only file of accounting batches that the database may not have yet: written before each batch is sent
/// there, so that nothing acknowledged is ever lost (D10). One process owns it.
package final class Journal {
    private let descriptor: Int32
    private let path: String
    private var size: Int
    /// Above this, and with nothing outstanding, the file starts afresh.
    private static let tidySize = 16 << 20
    private static let magic: UInt64 = 0x544B_4A31  // TKJ1

    /// A batch read back.
    package struct Batch: Sendable {
        package let seq: UInt64
        package let entries: [JournalEntry]
    }

    /// Opens or creates the journal in `folder` and reads what it holds. A torn tail, the mark of a crash in the middle
    /// of a write, is cut off: `cut` says how many bytes, none of which was ever acknowledged.
    package static func open(folder: String) throws(JournalError) -> (journal: Journal, batches: [Batch], cut: Int) {
        let path = folder + "/accounting.journal"
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalError("can't open \(path): \(String(cString: strerror(errno)))") }
        guard lock(descriptor) else {
            close(descriptor)
            throw JournalError("\(path) is in use by another process")
        }
        let bytes = try readAll(descriptor, path)
        var rest = bytes[...]
        var batches: [Batch] = []
        var good = 0
        while let batch = parse(&rest) {
            batches.append(batch)
            good = rest.startIndex
        }
        if good < bytes.count { try setAside(bytes[good...], path + ".cut") }
        guard ftruncate(descriptor, off_t(good)) == 0, lseek(descriptor, off_t(good), SEEK_SET) == off_t(good) else {
            throw JournalError("can't cut \(path): \(String(cString: strerror(errno)))")
        }
        return (Journal(descriptor, path, good), batches, bytes.count - good)
    }

    private init(_ descriptor: Int32, _ path: String, _ size: Int) {
        self.descriptor = descriptor
        self.path = path
        self.size = size
    }

    deinit { close(descriptor) }

    /// Appends a batch; after a failed write the file is as before.
    package func append(_ batch: Batch) throws(JournalError) {
        var body: [UInt8] = []
        for entry in batch.entries { entry.append(to: &body) }
        var bytes: [UInt8] = []
        bytes.appendBig(Journal.magic, bytes: 4)
        bytes.appendBig(batch.seq, bytes: 8)
        bytes.appendBig(UInt64(body.count), bytes: 4)
        bytes.appendBig(UInt64(Journal.sum(batch.seq, body)), bytes: 4)
        bytes += body
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let why = String(cString: strerror(errno))
                _ = ftruncate(descriptor, off_t(size))
                _ = lseek(descriptor, off_t(size), SEEK_SET)
                throw JournalError("can't write to \(path): \(why)")
            }
            sent += count
        }
        size += bytes.count
    }

    /// Returns when all that was appended is on the disk.
    package func sync() throws(JournalError) {
        guard fdatasync(descriptor) == 0 else {
            throw JournalError("can't sync \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Tells that the database has everything appended so far.
    package func allStored() {
        guard size > Journal.tidySize, ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            return
        }
        size = 0
    }

    /// The owner before may be about to end, and a child that is being started shares its descriptors for a moment; a
    /// second is enough for both.
    private static func lock(_ descriptor: Int32) -> Bool {
        for _ in 0..<100 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            usleep(10_000)
        }
        return false
    }

    /// What is cut off is kept beside the journal for whoever wants to look; the last such piece only.
    private static func setAside(_ bytes: ArraySlice<UInt8>, _ path: String) throws(JournalError) {
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
        guard written == bytes.count else {
            throw JournalError("can't keep the journal's torn end in \(path): \(String(cString: strerror(errno)))")
        }
    }

    private static func readAll(_ descriptor: Int32, _ path: String) throws(JournalError) -> [UInt8] {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw JournalError("can't read \(path): \(String(cString: strerror(errno)))") }
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    /// Covers the number too: a batch under a wrong one would be skipped, or written twice.
    private static func sum(_ seq: UInt64, _ body: [UInt8]) -> UInt32 {
        var number: [UInt8] = []
        number.appendBig(seq, bytes: 8)
        return CRC32C.of(body, seed: CRC32C.of(number))
    }

    /// Takes one whole batch off the front; nil, and nothing taken, when it is torn.
    private static func parse(_ bytes: inout ArraySlice<UInt8>) -> Batch? {
        var rest = bytes
        guard rest.takeBig(4) == magic, let seq = rest.takeBig(8), let count = rest.takeBig(4),
            let sum = rest.takeBig(4), var body = rest.take(Int(count)),
            UInt64(Journal.sum(seq, Array(body))) == sum
        else { return nil }
        var entries: [JournalEntry] = []
        while !body.isEmpty {
            guard let entry = JournalEntry(&body) else { return nil }
            entries.append(entry)
        }
        bytes = rest
        return Batch(seq: seq, entries: entries)
    }
}

/// What went wrong with the journal, in a sentence.
package struct JournalError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
