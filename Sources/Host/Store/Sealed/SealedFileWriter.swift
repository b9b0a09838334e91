import Glibc

/// Writes a sealed file piece by piece, beside its place; `finish` makes it durable and puts it there in one step. Until
/// then, and when anything fails, the file before it stays as it was.
package final class SealedFileWriter {
    private let path: String
    private let temporary: String
    private var descriptor: Int32
    private let cipher: ChunkCipher
    private let gathered: UnsafeMutableRawBufferPointer
    private let sealed: UnsafeMutableRawBufferPointer
    private var count = 0
    private var section: UInt16 = 0
    private var index: UInt64 = 0
    /// Bytes of the file so far.
    package private(set) var size = 0

    /// - Parameter material: 36 bytes for this file alone: derived with the header's salt.
    package init(path: String, header: SealedFileHeader, material: [UInt8]) throws {
        precondition(header.salt.count == SealedFileHeader.saltLength, "a sealed file has a salt of 32 bytes")
        self.path = path
        // Of two processes (one that replaces the other) neither may rename the half of the other into place.
        temporary = "\(path).\(getpid()).new"
        let bytes = header.bytes
        cipher = ChunkCipher(material: material, header: bytes)
        gathered = .allocate(byteCount: ChunkCipher.most, alignment: 16)
        sealed = .allocate(
            byteCount: ChunkCipher.headerLength + ChunkCipher.most + ChunkCipher.tagLength, alignment: 16)
        unlink(temporary)
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw failure() }
        try bytes.withUnsafeBytes { try write($0) }
    }

    deinit {
        gathered.deallocate()
        sealed.deallocate()
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(temporary)
    }

    /// What is appended from now on belongs to this section; a section may come several times.
    package func begin(section: UInt16) throws(SealedFileError) {
        if section != self.section { try flush() }
        self.section = section
    }

    /// Bytes of one call stay together in one piece, unless they are longer than a piece (1 MiB): so a reader of records
    /// never meets half a record.
    package func append(_ bytes: UnsafeRawBufferPointer) throws(SealedFileError) {
        if bytes.count > ChunkCipher.most - count { try flush() }
        var rest = bytes
        while rest.count > ChunkCipher.most {
            try put(UnsafeRawBufferPointer(rebasing: rest[..<ChunkCipher.most]), isLast: false)
            rest = UnsafeRawBufferPointer(rebasing: rest[ChunkCipher.most...])
        }
        guard let base = rest.baseAddress, rest.count > 0 else { return }
        memcpy(gathered.baseAddress! + count, base, rest.count)
        count += rest.count
    }

    package func append(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try append($0) } }

    /// The file is on the disk and in its place when this returns. Gives its size in bytes.
    package func finish() throws(SealedFileError) -> Int {
        try flush()
        section = 0
        try put(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true)
        guard fsync(descriptor) == 0, close(descriptor) == 0 else { throw failure() }
        descriptor = -1
        guard rename(temporary, path) == 0 else { throw failure() }
        TextFile.syncFolder(of: path)
        return size
    }

    /// Removes what processes that were killed have left half written.
    package static func tidy(_ path: String) {
        let (folder, name) = (TextFile.parent(path), path.split(separator: "/").last.map(String.init) ?? path)
        for file in (try? TextFile.names(in: folder)) ?? [] where file.hasPrefix(name + ".") && file.hasSuffix(".new") {
            guard let owner = Int32(file.dropFirst(name.count + 1).dropLast(4)) else { continue }
            if owner == getpid() || (kill(owner, 0) != 0 && errno == ESRCH) { unlink("\(folder)/\(file)") }
        }
    }

    private func flush() throws(SealedFileError) {
        guard count > 0 else { return }
        try put(UnsafeRawBufferPointer(rebasing: gathered[..<count]), isLast: false)
        count = 0
    }

    private func put(_ plain: UnsafeRawBufferPointer, isLast: Bool) throws(SealedFileError) {
        let head = ChunkCipher.Head(length: plain.count, section: section, isLast: isLast)
        let length = cipher.seal(plain, head, index: index, into: sealed)
        index += 1
        try write(UnsafeRawBufferPointer(rebasing: sealed[..<length]))
    }

    private func write(_ bytes: UnsafeRawBufferPointer) throws(SealedFileError) {
        var rest = bytes
        while rest.count > 0 {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure() }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        size += bytes.count
    }

    private func failure() -> SealedFileError {
        .system("can't write \(temporary): \(String(cString: strerror(errno)))")
    }
}
