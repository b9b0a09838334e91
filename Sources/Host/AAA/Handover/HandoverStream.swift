/// What a data plane leaves to its successor, as one stream of bytes: magic, version, then a section for each part
/// (its name, its length, a sum, its bytes), and an empty name at the end.
///
/// It passes between two versions of the program, so a section that the reader does not know is passed over; and it
/// holds nothing that can't be lost, so a stream that can't be read costs memory of a few seconds, never the switch.
package enum HandoverStream {
    static let magic: UInt64 = 0x544B_484F  // TKHO
    /// Raised when the form of the stream itself changes; a part that changes its form takes another name.
    static let version: UInt64 = 1

    /// Why a stream was not taken, in a sentence.
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    /// - changedSince: milliseconds of the monotonic clock at which the successor began to load.
    package static func write(_ parts: [HandoverPart], changedSince: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.appendBig(magic, bytes: 4)
        bytes.appendBig(version, bytes: 2)
        for part in parts {
            bytes.append(UInt8(part.name.utf8.count))
            bytes += part.name.utf8
            let head = bytes.count
            bytes.appendBig(0, bytes: 8)
            bytes.appendBig(0, bytes: 8)
            let start = bytes.count
            part.write(changedSince, &bytes)
            put(UInt64(bytes.count - start), at: head, in: &bytes)
            put(sum(bytes[start...]), at: head + 8, in: &bytes)
        }
        bytes.append(0)
        return bytes
    }

    /// Hands each part its section; the names of those that nobody here knows. A damaged stream reaches no part at all.
    package static func read(_ bytes: [UInt8], into parts: [HandoverPart]) throws(Failure) -> [String] {
        let sections = try sections(bytes)
        var unknown: [String] = []
        for (name, body) in sections {
            guard let part = parts.first(where: { $0.name == name }) else {
                unknown.append(name)
                continue
            }
            var rest = body
            part.read(&rest)
        }
        return unknown
    }

    private static func sections(_ bytes: [UInt8]) throws(Failure) -> [(name: String, body: ArraySlice<UInt8>)] {
        var rest = bytes[...]
        guard rest.takeBig(4) == magic, let found = rest.takeBig(2) else {
            throw Failure(description: "it is no handover")
        }
        guard found == version else {
            throw Failure(description: "its form is \(found), and this program reads form \(version)")
        }
        var sections: [(String, ArraySlice<UInt8>)] = []
        while let width = rest.takeBig(1) {
            if width == 0 { return sections }
            guard let name = rest.take(Int(width)), let count = rest.takeBig(8), let sum = rest.takeBig(8),
                let length = Int(exactly: count), let body = rest.take(length)
            else { break }
            let text = String(decoding: name, as: UTF8.self)
            guard HandoverStream.sum(body) == sum else {
                throw Failure(description: "its part \(text) is damaged")
            }
            sections.append((text, body))
        }
        throw Failure(description: "it ends too soon, after \(sections.count) parts")
    }

    private static func put(_ value: UInt64, at offset: Int, in bytes: inout [UInt8]) {
        for index in 0..<8 { bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt64(56 - index * 8)) }
    }

    /// Eight bytes at a step: it finds damage, and a stream of tens of megabytes is summed while routers wait.
    private static func sum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var sum = UInt64(bytes.count) ^ 0xCBF2_9CE4_8422_2325
            var offset = 0
            while offset + 8 <= bytes.count {
                sum = (sum ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x0000_0100_0000_01B3
                sum ^= sum >> 29
                offset += 8
            }
            for byte in bytes[offset...] { sum = (sum ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            return sum
        }
    }
}
