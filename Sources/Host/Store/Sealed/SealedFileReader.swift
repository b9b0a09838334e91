/// Reads a sealed file. Each piece is verified before it is given out, and that all are there before the first is: but a
/// piece further on may still be refused, so what was built from the first ones must wait for the end.
package final class SealedFileReader {
    package let header: SealedFileHeader
    private let source: any ByteSource
    private let firstChunk: Int
    private let cipher: ChunkCipher
    private let buffer: UnsafeMutableRawBufferPointer

    /// Reads the header and looks whether the file is whole.
    ///
    /// - Parameter material: gives the 36 bytes for this header's salt and key id.
    package init(_ source: any ByteSource, material: (SealedFileHeader) throws -> [UInt8]) throws {
        self.source = source
        let most = SealedFileHeader.fixedLength + SealedFileHeader.longestLabel
        let first = source.read(0, min(most, source.size)) ?? []
        let (header, length) = try SealedFileHeader.read(first, source.path)
        self.header = header
        firstChunk = length
        try SealedFileReader.walk(source, from: length)
        cipher = ChunkCipher(material: try material(header), header: Array(first[..<length]))
        buffer = .allocate(byteCount: ChunkCipher.most + ChunkCipher.tagLength, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// Gives out the pieces in their order. Bytes are good within `body` only. Stops, and throws what `body` throws.
    package func forEach(_ body: (_ section: UInt16, _ bytes: UnsafeRawBufferPointer) throws -> Void) throws {
        var place = firstChunk
        var index: UInt64 = 0
        while true {
            let head = try SealedFileReader.head(source, place)
            let sealed = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(head.length + ChunkCipher.tagLength)])
            guard source.read(place + ChunkCipher.headerLength, into: sealed) else {
                throw SealedFileError.torn(source.path, at: place)
            }
            guard cipher.open(sealed, head, index: index) else {
                throw SealedFileError.refused(source.path, chunk: Int(index))
            }
            if head.isLast { return }
            try body(head.section, UnsafeRawBufferPointer(rebasing: sealed[..<head.length]))
            place += ChunkCipher.headerLength + sealed.count
            index += 1
        }
    }

    /// From piece to piece to the last, which must end where the file does.
    private static func walk(_ source: any ByteSource, from first: Int) throws(SealedFileError) {
        var place = first
        while true {
            let head = try head(source, place)
            place += ChunkCipher.headerLength + head.length + ChunkCipher.tagLength
            guard place <= source.size else { throw .torn(source.path, at: place) }
            guard head.isLast else { continue }
            guard place == source.size else { throw .torn(source.path, at: place) }
            return
        }
    }

    private static func head(_ source: any ByteSource, _ place: Int) throws(SealedFileError) -> ChunkCipher.Head {
        guard place + ChunkCipher.headerLength <= source.size,
            let bytes = source.read(place, ChunkCipher.headerLength), let head = ChunkCipher.Head(bytes)
        else { throw .torn(source.path, at: place) }
        return head
    }
}
