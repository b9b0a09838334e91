@testable import AAA
import Glibc
import PluginAPI
import Support
import Testing

@Suite(.serialized) struct JournalTests {
    private let folder = ScratchFolder()

    private func path(_ first: UInt64) -> String { folder.path + "/" + JournalSegment.name(first: first) }

    private func entry(_ number: Int64, bytes: Int = 40) -> JournalEntry {
        var entry = JournalEntry(
            nasID: number, source: number % 2 == 0 ? nasAddress : IPAddress("2001:db8::1")!, arrival: noon + number,
            packet: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: bytes))
        if number % 3 == 0 { entry.facts = facts(number) }
        return entry
    }

    private func facts(_ number: Int64) -> SessionFacts {
        var facts = SessionFacts(key: makeKey(UInt8(truncatingIfNeeded: number)))
        facts.parentKey = number % 2 == 0 ? makeKey(7) : nil
        facts.subscriberID = -number
        facts.tierPosition = 2
        var addresses = StaticAddresses()
        addresses.ipv4 = IPAddress("192.0.2.9")
        addresses.delegatedPrefix = IPPrefix("2001:db8:0:100::/56")
        facts.login = SentLogin(
            at: noon, subscriberID: number, serviceID: number % 2 == 0 ? 4 : nil, tierPosition: 1, addresses: addresses)
        return facts
    }

    private func batch(_ seq: UInt64, _ count: Int64 = 2) -> Journal.Batch {
        Journal.Batch(seq: seq, entries: (0..<count).map { entry(Int64(seq) * 10 + $0) })
    }

    /// A new folder with these batches in it, and the bytes of its only segment.
    private func written(_ batches: [Journal.Batch]) throws -> [UInt8] {
        let path = path(batches[0].seq)
        unlink(path)
        let journal = try Journal.open(folder: folder.path).journal
        for batch in batches { try journal.append(batch) }
        try journal.sync()
        return try #require(Files.read(path))
    }

    private func all(_ journal: Journal, after seq: UInt64 = 0) throws -> [Journal.Batch] {
        var batches: [Journal.Batch] = []
        while true {
            let more = try journal.read(after: batches.last?.seq ?? seq)
            if more.isEmpty { return batches }
            batches += more
        }
    }

    @Test func `batches come back in order, whole and once`() throws {
        _ = try written([batch(1), batch(2, 0), batch(3, 5)])
        let opened = try Journal.open(folder: folder.path)
        let batches = try all(opened.journal)
        #expect(batches.map(\.seq) == [1, 2, 3])
        #expect(batches.map(\.entries) == [batch(1).entries, [], batch(3, 5).entries])
        #expect(opened.next == 4)
        #expect(opened.cut == 0)
        #expect(opened.damage.isEmpty)
    }

    @Test func `a tail torn at any byte is cut off and kept aside, what stood before it stays`() throws {
        let first = try written([batch(1)]).count
        let whole = try written([batch(1), batch(2)])
        for length in first..<whole.count {
            Files.write(Array(whole[..<length]), to: path(1))
            let opened = try Journal.open(folder: folder.path)
            #expect(try all(opened.journal).map(\.seq) == [1], "\(length) bytes")
            #expect(opened.cut == length - first)
            #expect(opened.damage.isEmpty)
            #expect(Files.read(path(1))?.count == first)
            if length > first { #expect(Files.read(path(1) + ".cut") == Array(whole[first..<length])) }
        }
    }

    @Test func `a byte that changed anywhere costs its own batch alone, and is said`() throws {
        let ends = [try written([batch(1)]).count, try written([batch(1), batch(2)]).count]
        let whole = try written([batch(1), batch(2), batch(3)])
        for index in whole.indices {
            var changed = whole
            changed[index] ^= 0x10
            Files.write(changed, to: path(1))
            let opened = try Journal.open(folder: folder.path)
            let expected: [UInt64] =
                index < JournalFormat.headerLength
                ? [1, 2, 3] : index < ends[0] ? [2, 3] : index < ends[1] ? [1, 3] : [1, 2]
            #expect(try all(opened.journal).map(\.seq) == expected, "byte \(index)")
            #expect(opened.cut + opened.damage.count > 0, "byte \(index)")
            #expect(opened.damage.isEmpty == (index >= ends[1]), "byte \(index)")
        }
    }

    @Test(arguments: 0..<200) func `whatever is cut out of a journal or flipped in it, no batch comes back wrong`(
        _ seed: Int
    ) throws {
        var random = Seeded(seed: UInt64(seed) + 7)
        let batches = (1...6).map { batch(UInt64($0), Int64.random(in: 0...4, using: &random)) }
        var bytes = try written(batches)
        for _ in 0...Int.random(in: 0...3, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            if Bool.random(using: &random) {
                bytes[at] ^= UInt8.random(in: 1...255, using: &random)
            } else {
                bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...60, using: &random)))
            }
        }
        Files.write(bytes, to: path(1))
        let journal = try Journal.open(folder: folder.path).journal
        let found = try all(journal)
        for batch in found { #expect(batch.entries == batches[Int(batch.seq) - 1].entries) }
        #expect(found.map(\.seq) == found.map(\.seq).sorted())
        // It is fit for use, and says the same when it is opened again.
        try journal.append(self.batch(9))
        journal.close()
        let again = try Journal.open(folder: folder.path)
        #expect(try all(again.journal).map(\.seq) == found.map(\.seq) + [9])
    }

    @Test func `an address of the other family, which nobody wrote, makes an entry that is not read`() {
        var addresses = StaticAddresses()
        addresses.ipv4 = IPAddress(ipv4: 0x0A00_0001)
        var entry = JournalEntry(nasID: 1, source: nasAddress, arrival: noon, packet: [4])
        entry.facts = SessionFacts(key: makeKey(1))
        entry.facts?.login = SentLogin(at: noon, subscriberID: 1, tierPosition: 0, addresses: addresses)
        var bytes: [UInt8] = []
        entry.append(to: &bytes)
        #expect(JournalEntry.all(bytes) == [entry])
        // The last places are IPv4, IPv6 and two prefixes: an IPv4 address where IPv6 stands, and one of half a length.
        let moved: [UInt8] = [0, 4, 32, 10, 0, 0, 1, 0, 0]
        let halved: [UInt8] = [4, 16, 10, 0, 0, 1, 0, 0, 0]
        for end in [moved, halved] { #expect(JournalEntry.all(bytes.dropLast(end.count) + end) == nil) }
    }

    @Test func `a new segment begins when one is full, and goes when the database has it`() throws {
        let journal = try Journal.open(folder: folder.path, segmentSize: 300).journal
        for seq in 1...9 as ClosedRange<UInt64> { try journal.append(batch(seq)) }
        let names = try JournalSegment.names(in: folder.path)
        #expect(names.count > 2)
        #expect(journal.fill.batches == 9)
        let bytes = journal.fill.bytes
        journal.confirm(through: 5)
        #expect(try JournalSegment.names(in: folder.path).count < names.count)
        #expect(journal.fill.bytes < bytes)
        #expect(journal.fill.batches == 4)
        #expect(try all(journal, after: 5).map(\.seq) == [6, 7, 8, 9])
        journal.confirm(through: 9)
        #expect(try JournalSegment.names(in: folder.path).count == 1)
        journal.close()
        #expect(try Journal.open(folder: folder.path).next == 10)
    }

    @Test func `what was written before a failed sync is kept for sure by no later one`() throws {
        for (files, folders) in [(1, 0), (0, 1)] {
            let scratch = ScratchFolder()
            let disk = FailingDisk()
            let journal = try Journal.open(folder: scratch.path, segmentSize: 300, disk: disk.disk).journal
            for seq in 1...5 as ClosedRange<UInt64> { try journal.append(batch(seq)) }
            #expect(!journal.keeps(1))
            disk.fail(files: files, folders: folders)
            #expect(throws: JournalError.self) { try journal.sync() }
            try journal.sync()
            #expect(![1, 3, 5].contains { journal.keeps($0) })
            try journal.append(batch(6))
            #expect(!journal.keeps(6))
            try journal.sync()
            #expect(journal.keeps(6))
            #expect(![1, 3, 5].contains { journal.keeps($0) })
            #expect(try all(journal).map(\.seq) == Array(1...6))
        }
    }

    @Test func `a large journal is read in pieces`() throws {
        let journal = try Journal.open(folder: folder.path, segmentSize: 4000).journal
        for seq in 1...200 as ClosedRange<UInt64> { try journal.append(batch(seq)) }
        #expect(try journal.read(after: 0, most: 500).count < 10)
        #expect(try all(journal).map(\.seq) == Array(1...200))
    }

    @Test func `a journal of an earlier version is read, and goes when the database has it`() throws {
        let old = folder.path + "/" + JournalSegment.oldName
        var body: [UInt8] = []
        for entry in batch(5).entries { entry.append(to: &body) }
        var bytes: [UInt8] = []
        bytes.appendBig(0x544B_4A31, bytes: 4)
        bytes.appendBig(5, bytes: 8)
        bytes.appendBig(UInt64(body.count), bytes: 4)
        var number: [UInt8] = []
        number.appendBig(5, bytes: 8)
        bytes.appendBig(UInt64(CRC32C.of(body, seed: CRC32C.of(number))), bytes: 4)
        Files.write(bytes + body + [1, 2, 3], to: old)
        let opened = try Journal.open(folder: folder.path)
        #expect(opened.next == 6)
        #expect(opened.cut == 3)
        #expect(try all(opened.journal).map(\.entries) == [batch(5).entries])
        try opened.journal.append(batch(6))
        opened.journal.confirm(through: 6)
        #expect(Files.read(old) == nil)
        #expect(opened.journal.fill.batches == 0)
    }

    @Test func `the checksum is CRC32C (RFC 3720 B.4)`() {
        #expect(CRC32C.of([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.of([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.of(Array(0..<32)) == 0x46DD_794E)
        #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
        #expect(CRC32C.of(Array(3..<32), seed: CRC32C.of([0, 1, 2])) == 0x46DD_794E)
    }

    @Test func `one process owns a journal, the file of an earlier version included`() throws {
        let held = try Journal.open(folder: folder.path).journal
        let failure = #expect(throws: JournalError.self) { try Journal.open(folder: folder.path) }
        #expect(failure?.description.contains("in use by another process") == true)
        try held.sync()
        held.close()
        let old = open(folder.path + "/" + JournalSegment.oldName, O_RDWR | O_CREAT, 0o600)
        #expect(flock(old, LOCK_EX) == 0)
        #expect(throws: JournalError.self) { try Journal.open(folder: folder.path) }
        close(old)
    }

    @Test func `a folder that is not there is said`() {
        #expect(throws: JournalError.self) { try Journal.open(folder: folder.path + "/nowhere") }
    }

    @Test func `beyond its limit nothing is taken, until the database has confirmed`() throws {
        let journal = try Journal.open(folder: folder.path, limit: 900, segmentSize: 300).journal
        var seq: UInt64 = 0
        let failure = #expect(throws: JournalError.self) {
            while true {
                try journal.append(batch(seq + 1))
                seq += 1
            }
        }
        #expect(failure?.kind == .full)
        #expect(journal.fill.bytes <= 900)
        #expect(try all(journal).count == Int(seq))
        journal.confirm(through: seq - 1)
        try journal.append(batch(seq + 1))
        #expect(try all(journal, after: seq).map(\.seq) == [seq + 1])
    }

    /// The limit is the whole process', so it is high above what other tests write, and set for one call only.
    @Test func `when the disk takes no more the batch is refused and the file stays as it was`() throws {
        let before = try written([batch(1)])
        let journal = try Journal.open(folder: folder.path).journal
        try journal.append(batch(2))
        let second = try #require(Files.read(path(2)))
        let large = Journal.Batch(seq: 3, entries: [JournalEntry](repeating: entry(1, bytes: 60_000), count: 320))
        signal(SIGXFSZ, SIG_IGN)
        var old = rlimit()
        getrlimit(CInt(RLIMIT_FSIZE.rawValue), &old)
        var limit = rlimit(rlim_cur: 17 << 20, rlim_max: old.rlim_max)
        setrlimit(CInt(RLIMIT_FSIZE.rawValue), &limit)
        defer { setrlimit(CInt(RLIMIT_FSIZE.rawValue), &old) }
        let failure = #expect(throws: JournalError.self) { try journal.append(large) }
        #expect(failure?.kind == .disk)
        #expect(Files.read(path(1)) == before)
        #expect(Files.read(path(2)) == second)
        try journal.append(batch(3))
        #expect(try all(journal).map(\.seq) == [1, 2, 3])
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
