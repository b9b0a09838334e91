/// The bytes of a segment: a header, then batches. All numbers in network order.
///
///     header  magic "TKJ2", version (4), number of the first batch (8), CRC32C of these 16 bytes (4)
///     batch   magic "TKB2", number (8), length of the body (4), CRC32C of number, length and body (4), body
///
/// A body is one `JournalEntry` after the other.
enum JournalFormat {
    static let headerLength = 20
    static let batchHeaderLength = 20
    /// A batch is far smaller; a larger length is damage.
    static let longestBody = 64 << 20
    private static let magic: UInt64 = 0x544B_4A32  // TKJ2
    private static let version: UInt64 = 1
    private static let batchMagic: UInt64 = 0x544B_4232  // TKB2
    /// Of the one file that earlier versions kept; its sum covers number and body.
    private static let oldBatchMagic: UInt64 = 0x544B_4A31  // TKJ1

    static func header(first: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendBig(magic, bytes: 4)
        bytes.appendBig(version, bytes: 4)
        bytes.appendBig(first, bytes: 8)
        bytes.appendBig(UInt64(CRC32C.of(bytes)), bytes: 4)
        return bytes
    }

    /// Number of the segment's first batch; nil when these bytes begin no segment.
    static func first(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
        guard bytes.count >= headerLength, big(bytes, 0, 4) == magic, big(bytes, 4, 4) == version,
            UInt64(CRC32C.of(UnsafeRawBufferPointer(rebasing: bytes[..<16]))) == big(bytes, 16, 4)
        else { return nil }
        return big(bytes, 8, 8)
    }

    /// Room for a batch's header at the front of `buffer`, which the body is then appended to.
    static func begin(_ buffer: inout [UInt8]) {
        buffer.removeAll(keepingCapacity: true)
        for _ in 0..<batchHeaderLength { buffer.append(0) }
    }

    /// Fills the header in.
    static func seal(_ buffer: inout [UInt8], seq: UInt64) {
        var head: [UInt8] = []
        head.appendBig(batchMagic, bytes: 4)
        head.appendBig(seq, bytes: 8)
        head.appendBig(UInt64(buffer.count - batchHeaderLength), bytes: 4)
        buffer.replaceSubrange(0..<16, with: head)
        let sum = buffer.withUnsafeBytes { JournalFormat.sum($0) }
        var tail: [UInt8] = []
        tail.appendBig(UInt64(sum), bytes: 4)
        buffer.replaceSubrange(16..<20, with: tail)
    }

    /// A batch as it stands in a segment.
    struct Found {
        let seq: UInt64
        /// Where its body lies.
        let body: Range<Int>
        var end: Int { body.upperBound }
    }

    /// The whole batch at `offset`; nil when there is none, or it is torn or damaged.
    static func batch(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Found? {
        guard offset + batchHeaderLength <= bytes.count else { return nil }
        let magic = big(bytes, offset, 4)
        guard magic == batchMagic || magic == oldBatchMagic else { return nil }
        let length = Int(big(bytes, offset + 12, 4))
        let start = offset + batchHeaderLength
        guard length <= longestBody, start + length <= bytes.count else { return nil }
        let batch = UnsafeRawBufferPointer(rebasing: bytes[offset..<(start + length)])
        let sum = magic == batchMagic ? sum(batch) : oldSum(batch)
        guard UInt64(sum) == big(bytes, offset + 16, 4) else { return nil }
        return Found(seq: big(bytes, offset + 4, 8), body: start..<(start + length))
    }

    /// Covers the number and the length too: a batch under a wrong number would be skipped, or written twice.
    private static func sum(_ batch: UnsafeRawBufferPointer) -> UInt32 {
        let head = CRC32C.of(UnsafeRawBufferPointer(rebasing: batch[4..<16]))
        return CRC32C.of(UnsafeRawBufferPointer(rebasing: batch[batchHeaderLength...]), seed: head)
    }

    private static func oldSum(_ batch: UnsafeRawBufferPointer) -> UInt32 {
        let head = CRC32C.of(UnsafeRawBufferPointer(rebasing: batch[4..<12]))
        return CRC32C.of(UnsafeRawBufferPointer(rebasing: batch[batchHeaderLength...]), seed: head)
    }

    private static func big(_ bytes: UnsafeRawBufferPointer, _ at: Int, _ count: Int) -> UInt64 {
        var value: UInt64 = 0
        for index in at..<(at + count) { value = value << 8 | UInt64(bytes[index]) }
        return value
    }
}
