import PluginAPI

/// Fields of a snapshot's piece, one behind the other: numbers of eight bytes, texts and bytes with their length before.
struct ImageWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ number: Int64) { bytes.appendBig(UInt64(bitPattern: number), bytes: 8) }

    mutating func put(_ number: Int) { put(Int64(number)) }

    mutating func put(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    mutating func put(_ blob: [UInt8]) {
        bytes.appendBig(UInt64(blob.count), bytes: 4)
        bytes += blob
    }

    mutating func put(_ text: String) { put(Array(text.utf8)) }

    mutating func put(_ text: String?) {
        put(text != nil)
        if let text { put(text) }
    }

    mutating func put(_ key: AttributeKey) {
        put(Int64(key.vendor))
        put(Int64(key.number))
    }

    mutating func put<Item>(_ items: [Item], _ body: (inout ImageWriter, Item) -> Void) {
        put(items.count)
        for item in items { body(&self, item) }
    }
}

/// Reads what `ImageWriter` wrote; throws when it ends too soon or makes no sense.
struct ImageReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: UnsafeRawBufferPointer) { rest = Array(bytes)[...] }

    mutating func number() throws -> Int64 {
        guard let value = rest.takeBig(8) else { throw ImageProblem("a piece ends too soon") }
        return Int64(bitPattern: value)
    }

    /// Whether the piece is read to its end; it may hold several rows.
    var isAtEnd: Bool { rest.isEmpty }

    mutating func int() throws -> Int { Int(try number()) }

    mutating func flag() throws -> Bool {
        guard let value = rest.takeBig(1) else { throw ImageProblem("a piece ends too soon") }
        return value == 1
    }

    mutating func blob() throws -> [UInt8] {
        guard let count = rest.takeBig(4), let bytes = rest.take(Int(count)) else {
            throw ImageProblem("a piece ends too soon")
        }
        return Array(bytes)
    }

    mutating func text() throws -> String { String(decoding: try blob(), as: UTF8.self) }

    mutating func optionalText() throws -> String? { try flag() ? try text() : nil }

    mutating func word<Word: RawRepresentable>(_ type: Word.Type) throws -> Word
    where Word.RawValue == String {
        let text = try text()
        guard let word = Word(rawValue: text) else { throw ImageProblem("\(text) is no \(type)") }
        return word
    }

    mutating func key() throws -> AttributeKey {
        let vendor = try number()
        return AttributeKey(UInt32(truncatingIfNeeded: try number()), vendor: UInt32(truncatingIfNeeded: vendor))
    }

    mutating func list<Item>(
        _ body: (inout ImageReader) throws -> Item
    ) throws -> [Item] {
        let count = try int()
        guard (0...100_000).contains(count) else { throw ImageProblem("a list of \(count)") }
        var items: [Item] = []
        for _ in 0..<count { items.append(try body(&self)) }
        return items
    }
}

/// Why a snapshot's content can't be used, in a few words.
package struct ImageProblem: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = "the snapshot's content is not understood: \(description)" }
}
