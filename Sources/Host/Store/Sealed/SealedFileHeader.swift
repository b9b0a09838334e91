/// The beginning of a sealed file, readable without the key; every piece is bound to it.
///
/// magic (8), format (2), key id (2), made at (8, seconds since 1970), salt (32), length of the label (2), label: who made
/// it. All numbers in network order. Then pieces: length (4), section (2), flags (2; 1 for the last), cipher text, tag (16).
package struct SealedFileHeader: Sendable, Hashable {
    static let magic = Array("TKSEALED".utf8)
    static let format: UInt16 = 1
    static let fixedLength = 54
    static let saltLength = 32
    static let longestLabel = 255

    package var keyID: UInt16
    package var madeAt: Int64
    package var salt: [UInt8]
    package var label: String

    package init(keyID: UInt16, madeAt: Int64, salt: [UInt8], label: String) {
        self.keyID = keyID
        self.madeAt = madeAt
        self.salt = salt
        self.label = label
    }

    var bytes: [UInt8] {
        let name = Array(label.utf8.prefix(SealedFileHeader.longestLabel))
        var bytes = SealedFileHeader.magic
        bytes.appendBig(UInt64(SealedFileHeader.format), count: 2)
        bytes.appendBig(UInt64(keyID), count: 2)
        bytes.appendBig(UInt64(bitPattern: madeAt), count: 8)
        bytes += salt
        bytes.appendBig(UInt64(name.count), count: 2)
        return bytes + name
    }

    /// Reads it from the first bytes of a file, which may be more or too few; `length` is the header's own.
    static func read(
        _ bytes: [UInt8], _ path: String
    ) throws(SealedFileError) -> (header: SealedFileHeader, length: Int) {
        guard bytes.count >= magic.count + 2, bytes.starts(with: magic) else { throw .notOurs(path) }
        let version = UInt16(bytes.big(8, count: 2))
        guard version <= format else { throw .newer(path, version: version) }
        guard version == format else { throw .notOurs(path) }
        guard bytes.count >= fixedLength else { throw .torn(path, at: bytes.count) }
        let length = fixedLength + Int(bytes.big(52, count: 2))
        guard length <= fixedLength + longestLabel else { throw .notOurs(path) }
        guard bytes.count >= length else { throw .torn(path, at: bytes.count) }
        let header = SealedFileHeader(
            keyID: UInt16(bytes.big(10, count: 2)), madeAt: Int64(bitPattern: bytes.big(12, count: 8)),
            salt: Array(bytes[20..<52]), label: String(decoding: bytes[fixedLength..<length], as: UTF8.self))
        return (header, length)
    }
}

extension [UInt8] {
    mutating func appendBig(_ value: UInt64, count: Int) {
        for index in stride(from: count - 1, through: 0, by: -1) {
            append(UInt8(truncatingIfNeeded: value >> UInt64(index * 8)))
        }
    }

    func big(_ offset: Int, count: Int) -> UInt64 { self[offset..<(offset + count)].reduce(0) { $0 << 8 | UInt64($1) } }
}
