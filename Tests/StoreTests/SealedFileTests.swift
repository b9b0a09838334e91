import Glibc
import Support
import Testing

@testable import Store

@Suite struct SealedFileTests {
    private let scratch = ScratchFolder()
    private var path: String { scratch.path + "/file" }
    private static let material = [UInt8](repeating: 7, count: 36)

    private func write(_ sections: [(UInt16, [UInt8])], label: String = "node", material: [UInt8] = material) throws {
        let header = SealedFileHeader(
            keyID: 3, madeAt: 1_795_237_200, salt: Digest.random(32), label: label)
        let writer = try SealedFileWriter(path: path, header: header, material: material)
        for (section, bytes) in sections {
            try writer.begin(section: section)
            try writer.append(bytes)
        }
        _ = try writer.finish()
    }

    private func read(_ source: any ByteSource, material: [UInt8] = material) throws -> [(UInt16, [UInt8])] {
        let reader = try SealedFileReader(source) { _ in material }
        var found: [(UInt16, [UInt8])] = []
        try reader.forEach { found.append(($0, Array($1))) }
        return found
    }

    private func bytes() throws -> [UInt8] { try TextFile.read(path) }

    private func failure(_ bytes: [UInt8]) -> SealedFileError? {
        do {
            _ = try read(MemorySource(bytes))
            return nil
        } catch { return error as? SealedFileError }
    }

    @Test func `a file that is missing, empty or another's is refused by name`() throws {
        #expect(throws: SealedFileError.missing(path)) { try FileSource(path) }
        #expect(failure([]) == .notOurs("memory"))
        #expect(failure(Array("tollkeeper-keys 1\n".utf8) + [UInt8](repeating: 0, count: 500)) == .notOurs("memory"))
    }

    @Test func `a file of a later version is said to be one`() throws {
        try write([(1, [1])])
        var newer = try bytes()
        newer[9] = 2
        #expect(failure(newer) == .newer("memory", version: 2))
    }

    @Test func `a file cut anywhere, or with something behind it, is refused before any of it is given out`() throws {
        try write([(1, [UInt8](repeating: 1, count: 300)), (2, [2])])
        let whole = try bytes()
        for length in 0..<whole.count { #expect(failure(Array(whole[..<length])) != nil, "\(length) bytes") }
        #expect(failure(whole + [0]) == .torn("memory", at: whole.count))
        // Cut after a whole piece: nothing of the first pieces comes out.
        #expect(throws: SealedFileError.self) {
            try SealedFileReader(MemorySource(Array(whole[..<(whole.count - 24)]))) { _ in SealedFileTests.material }
        }
    }

    @Test func `a file of which any bit was changed does not open`() throws {
        try write([(1, [1, 2, 3]), (2, [4])])
        let whole = try bytes()
        for place in whole.indices {
            var changed = whole
            changed[place] ^= 1
            // The salt reaches the pieces through the header that they are bound to.
            #expect(failure(changed) != nil, "byte \(place)")
        }
    }

    @Test func `pieces that change places, or come from another file, do not open`() throws {
        try write([(1, [1, 1]), (1, []), (2, [2, 2]), (3, [3, 3])])
        let whole = try bytes()
        let start = SealedFileHeader.fixedLength + 4
        let piece = 8 + 2 + 16
        var swapped = whole
        swapped.replaceSubrange(start..<(start + piece), with: whole[(start + piece)..<(start + 2 * piece)])
        swapped.replaceSubrange((start + piece)..<(start + 2 * piece), with: whole[start..<(start + piece)])
        #expect(failure(swapped) == .refused("memory", chunk: 0))
        let without = Array(whole[..<(start + piece)] + whole[(start + 2 * piece)...])
        #expect(failure(without) == .refused("memory", chunk: 1))
        try write([(1, [1, 1]), (2, [2, 2]), (3, [3, 3])])
        let other = try bytes()
        #expect(failure(Array(whole[..<(start + piece)] + other[(start + piece)...])) == .refused("memory", chunk: 1))
    }

    @Test func `another key opens nothing, and says so`() throws {
        try write([(1, [1])])
        let error = #expect(throws: SealedFileError.self) {
            try read(FileSource(path), material: [UInt8](repeating: 8, count: 36))
        }
        #expect(error == .refused(path, chunk: 0))
        #expect(error?.description.contains("another key file") == true)
    }

    @Test func `what was written comes back: sections, long runs, and short records whole`() throws {
        let long = (0..<(3 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let header = SealedFileHeader(keyID: 3, madeAt: 5, salt: Digest.random(32), label: "bng-1")
        let writer = try SealedFileWriter(path: path, header: header, material: SealedFileTests.material)
        try writer.begin(section: 1)
        let record = [UInt8](repeating: 9, count: 300_001)
        for _ in 0..<10 { try writer.append(record) }
        try writer.begin(section: 2)
        try writer.append(long)
        let size = try writer.finish()
        #expect(try bytes().count == size)
        let found = try read(FileSource(path))
        #expect(found.filter { $0.0 == 1 }.allSatisfy { $0.1.count % record.count == 0 })
        #expect(found.filter { $0.0 == 1 }.reduce(0) { $0 + $1.1.count } == 10 * record.count)
        #expect(found.filter { $0.0 == 2 }.flatMap { $0.1 } == long)
        let reader = try SealedFileReader(FileSource(path)) { _ in SealedFileTests.material }
        #expect(reader.header.keyID == 3 && reader.header.madeAt == 5 && reader.header.label == "bng-1")
    }

    @Test func `the file is the owner's alone, and the older one stays until the new one is whole`() throws {
        try write([(1, [1])])
        var facts = stat()
        #expect(stat(path, &facts) == 0 && facts.st_mode & 0o777 == 0o600)
        do {
            let header = SealedFileHeader(keyID: 1, madeAt: 1, salt: Digest.random(32), label: "x")
            let writer = try SealedFileWriter(path: path, header: header, material: SealedFileTests.material)
            try writer.append([2])
        }
        #expect(try read(FileSource(path)).map { $0.1 } == [[1]])
        #expect(try TextFile.names(in: scratch.path) == ["file"])
    }

    @Test func `what a killed process left half written is removed, what a living one writes is not`() throws {
        scratch.write("half", to: "file.999999999.new")
        scratch.write("half", to: "file.1.new")
        scratch.write("other", to: "file.new")
        SealedFileWriter.tidy(path)
        #expect(try TextFile.names(in: scratch.path) == ["file.1.new", "file.new"])
    }

    @Test func `derived keys are those of HKDF with SHA-256, another for each label, salt and key (RFC 5869)`() throws {
        let seal = Seal(keys: [1: (0..<32).map { UInt8($0) }, 2: [UInt8](repeating: 1, count: 32)], current: 1)
        let first = try seal.derive(36, label: "a", salt: [1, 2, 3])
        #expect(first.id == 1)
        // By `openssl kdf`; the RFC's own vectors have keys of other lengths.
        #expect(first.bytes.prefix(8) == [0xfb, 0x8b, 0x99, 0x26, 0x7e, 0x2e, 0x1a, 0x15])
        #expect(first.bytes.count == 36 && first.bytes.suffix(4) == [0xab, 0xeb, 0xec, 0x9c])
        #expect(try seal.derive(36, label: "a", salt: [1, 2, 3]).bytes == first.bytes)
        #expect(try seal.derive(36, label: "b", salt: [1, 2, 3]).bytes != first.bytes)
        #expect(try seal.derive(36, label: "a", salt: [1, 2, 4]).bytes != first.bytes)
        #expect(try seal.derive(36, label: "a", salt: [1, 2, 3], id: 2).bytes != first.bytes)
        #expect(throws: StoreError.self) { try seal.derive(36, label: "a", salt: [], id: 9) }
    }
}

/// A file in memory.
private struct MemorySource: ByteSource {
    let bytes: [UInt8]
    let path = "memory"

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var size: Int { bytes.count }

    func read(_ offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
        guard offset >= 0, offset + buffer.count <= bytes.count else { return false }
        buffer.copyBytes(from: bytes[offset..<(offset + buffer.count)])
        return true
    }
}
