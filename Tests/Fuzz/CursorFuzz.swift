// Modules: PluginAPI Calendar Threads Log EventLoop Dictionary RADIUS HTTP Store AAA Policy Control
// Seeds:
@testable import Control

/// Whatever the text: it is refused as a place, or stands for one that is written as it was; none is taken for another
/// list or order. And whatever PostgreSQL is given as a snapshot has numbers in order.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeRawBufferPointer(start: start, count: count))
    let text = String(decoding: bytes, as: UTF8.self)
    let separator: [UInt8] = [0x1F]
    let begun = Array("nas:-name".utf8) + separator
    for candidate in [text, Base64URL.encode(bytes), Base64URL.encode(begun + bytes)] {
        if let bytes = Base64URL.decode(candidate) {
            precondition(Base64URL.encode(bytes) == candidate, "two texts for the same bytes")
        }
        guard let cursor = ListCursor(candidate, list: "nas", sort: "name", descends: true) else { continue }
        precondition(!cursor.key.isEmpty && !(cursor.key + (cursor.sortValue ?? "")).utf8.contains(0), "a bad value")
        let written = cursor.text(list: "nas", sort: "name", descends: true)
        precondition(ListCursor(written, list: "nas", sort: "name", descends: true) == cursor, "another place")
        for (list, sort, descends) in [("nas", "name", false), ("nas", "id", true), ("services", "name", true)] {
            precondition(ListCursor(candidate, list: list, sort: sort, descends: descends) == nil, "of another order")
        }
    }
    for candidate in [text, "10:20:" + text, "1:9000000000000000000:" + text] where EventPump.isCursor(candidate) {
        let numbers = candidate.split { ":,".contains($0) }.compactMap { UInt64($0) }
        precondition(numbers.count >= 2 && numbers[0] > 0 && numbers[0] <= numbers[1], "no snapshot")
        let open = numbers.dropFirst(2)
        precondition(open.allSatisfy { $0 >= numbers[0] && $0 < numbers[1] }, "a transaction out of the snapshot")
        precondition(zip(open, open.dropFirst()).allSatisfy { $0 < $1 }, "not in order")
    }
    return 0
}
