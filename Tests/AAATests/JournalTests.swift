@testable import AAA
import Glibc
import PluginAPI
import Support
import Testing

@Suite(.serialized) struct JournalTests {
    private let folder = ScratchFolder()

    private var file: String { folder.path + "/accounting.journal" }

    private func entry(_ number: Int64, bytes: Int = 40) -> JournalEntry {
        JournalEntry(
            nasID: number, source: number % 2 == 0 ? nasAddress : IPAddress("2001:db8::1")!, arrival: noon + number,
            packet: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: bytes))
    }

    private func batch(_ seq: UInt64, _ count: Int64 = 2) -> Journal.Batch {
        Journal.Batch(seq: seq, entries: (0..<count).map { entry(Int64(seq) * 10 + $0) })
    }

    /// Writes the batches and gives the file's bytes.
    private func written(_ batches: [Journal.Batch]) throws -> [UInt8] {
        do {
            let journal = try Journal.open(folder: folder.path).journal
            for batch in batches { try journal.append(batch) }
            try journal.sync()
        }
        return try #require(Files.read(file))
    }

    @Test func `batches come back in order, whole and once`() throws {
        _ = try written([batch(1), batch(2, 0), batch(3, 5)])
        let (_, batches, cut) = try Journal.open(folder: folder.path)
        #expect(batches.map(\.seq) == [1, 2, 3])
        #expect(batches.map(\.entries) == [batch(1).entries, [], batch(3, 5).entries])
        #expect(cut == 0)
    }

    @Test func `a tail torn at any byte is cut off, what stood before it stays`() throws {
        let whole = try written([batch(1), batch(2)])
        let first = try written([]).count / 2
        for length in first..<whole.count {
            Files.write(Array(whole[..<length]), to: file)
            let (_, batches, cut) = try Journal.open(folder: folder.path)
            #expect(batches.map(\.seq) == [1], "\(length) bytes")
            #expect(cut == length - first)
            #expect(Files.read(file)?.count == first)
        }
    }

    @Test func `a byte that changed on the disk is found by the checksum`() throws {
        let whole = try written([batch(1)])
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 0x10
            Files.write(changed, to: file)
            #expect(try Journal.open(folder: folder.path).batches.isEmpty, "byte \(index)")
        }
    }

    @Test func `after a cut the journal goes on where the good part ended`() throws {
        let whole = try written([batch(1), batch(2)])
        Files.write(whole.dropLast(), to: file)
        try Journal.open(folder: folder.path).journal.append(batch(3))
        #expect(try Journal.open(folder: folder.path).batches.map(\.seq) == [1, 3])
    }

    @Test func `one process owns a journal`() throws {
        let held = try Journal.open(folder: folder.path).journal
        let failure = #expect(throws: JournalError.self) { try Journal.open(folder: folder.path) }
        #expect(failure?.description.contains("in use by another process") == true)
        try held.sync()
    }

    @Test func `a folder that is not there is said`() {
        #expect(throws: JournalError.self) { try Journal.open(folder: folder.path + "/nowhere") }
    }

    @Test func `a journal that grew large and is all stored starts afresh`() throws {
        let journal = try Journal.open(folder: folder.path).journal
        let large = Journal.Batch(seq: 1, entries: (0..<5000).map { entry($0, bytes: 4000) })
        try journal.append(large)
        journal.allStored()
        #expect(Files.read(file)?.count == 0)
        try journal.append(batch(2))
        journal.allStored()
        #expect(Files.read(file)?.isEmpty == false)
    }

    /// The limit is the whole process', so it is high above what other tests write, and set for one call only.
    @Test func `when the disk takes no more the batch is refused and the file stays as it was`() throws {
        let before = try written([batch(1)])
        let journal = try Journal.open(folder: folder.path).journal
        let large = Journal.Batch(seq: 2, entries: [JournalEntry](repeating: entry(1, bytes: 60_000), count: 320))
        signal(SIGXFSZ, SIG_IGN)
        var old = rlimit()
        getrlimit(CInt(RLIMIT_FSIZE.rawValue), &old)
        var limit = rlimit(rlim_cur: 17 << 20, rlim_max: old.rlim_max)
        setrlimit(CInt(RLIMIT_FSIZE.rawValue), &limit)
        defer { setrlimit(CInt(RLIMIT_FSIZE.rawValue), &old) }
        #expect(throws: JournalError.self) { try journal.append(large) }
        #expect(Files.read(file) == before)
        try journal.append(batch(3))
        #expect(Files.read(file)?.count == before.count * 2)
    }
}

/// Whole files for tests.
enum Files {
    static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            if count == 0 { return bytes }
            bytes += piece[..<count]
        }
    }

    static func write(_ bytes: [UInt8], to path: String) {
        guard let file = fopen(path, "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
}
