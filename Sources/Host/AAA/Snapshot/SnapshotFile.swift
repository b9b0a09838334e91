package import Store

/// The policy on disk, for a start without the database: sealed, because it holds every password and secret.
///
/// What is in it is the caller's: bytes in numbered sections. Section 0 is the file's own.
package enum SnapshotFile {
    /// What stands in a file, beside its sections.
    package struct Facts: Sendable, Hashable {
        /// Seconds since 1970.
        package var madeAt: Int64
        /// Who wrote it.
        package var node: String
        /// Up to where the change feed is in it.
        package var cursor: ChangeFeed.Cursor
    }

    /// Writes bytes of one section after the other; 1 to 65535.
    package struct Sections {
        private let writer: SealedFileWriter

        fileprivate init(_ writer: SealedFileWriter) { self.writer = writer }

        package func begin(_ section: UInt16) throws {
            precondition(section > 0, "section 0 is the snapshot's own")
            try writer.begin(section: section)
        }

        /// Bytes of one call come back in one piece, unless they are more than 1 MiB.
        package func append(_ bytes: UnsafeRawBufferPointer) throws { try writer.append(bytes) }

        package func append(_ bytes: [UInt8]) throws { try writer.append(bytes) }
    }

    /// Writes a file and puts it in place of the one before, durably and in one step. Gives its size in bytes. When it
    /// throws, the one before stays.
    @discardableResult
    package static func write(
        to path: String, keys: SnapshotKeys, _ facts: Facts, _ body: (Sections) throws -> Void
    ) throws -> Int {
        let salt = Digest.random(32)
        let (id, material) = try keys.material(salt: salt, keyID: nil)
        let header = SealedFileHeader(keyID: id, madeAt: facts.madeAt, salt: salt, label: facts.node)
        let writer = try SealedFileWriter(path: path, header: header, material: material)
        try writer.append(Array(facts.cursor.snapshot.utf8))
        try body(Sections(writer))
        return try writer.finish()
    }

    /// Reads a whole file. `body` gets the sections' bytes as they were appended; what it builds is good only when this
    /// returns, because a piece further on may be damaged. Throws SealedFileError, saying which file and why, the key
    /// file's error, or what `body` throws.
    package static func read(
        _ path: String, keys: SnapshotKeys, _ body: (_ section: UInt16, _ bytes: UnsafeRawBufferPointer) throws -> Void
    ) throws -> Facts {
        let reader = try open(path, keys)
        var cursor: [UInt8] = []
        try reader.forEach { section, bytes in
            if section == 0 { cursor += bytes } else { try body(section, bytes) }
        }
        return Facts(
            madeAt: reader.header.madeAt, node: reader.header.label,
            cursor: ChangeFeed.Cursor(snapshot: String(decoding: cursor, as: UTF8.self)))
    }

    private static func open(_ path: String, _ keys: SnapshotKeys) throws -> SealedFileReader {
        try SealedFileReader(try FileSource(path)) { header in
            try keys.material(salt: header.salt, keyID: header.keyID).bytes
        }
    }
}
