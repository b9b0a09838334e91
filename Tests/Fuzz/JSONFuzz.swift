// Modules: PluginAPI Threads HTTP
// Seeds:
import HTTP
import PluginAPI

/// Whatever the bytes: they are refused, or give a value no deeper than promised, and what is written of it is read as the
/// same, but for a number that became whole in a `Double`, which then is an integer. Both as they are and inside an object,
/// which is what a body begins with.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeRawBufferPointer(start: start, count: count))
    for text in [bytes, Array(#"{"a":"#.utf8) + bytes + [125]] {
        guard let value = try? JSONReader.read(text) else { continue }
        precondition(depth(value) <= 65, "deeper than promised")
        let written = JSON(value).text
        guard let again = try? JSONReader.read(Array(written.utf8)) else {
            fatalError("can't be read again: \(written)")
        }
        precondition(isSame(value, again), "another value came back")
    }
    return 0
}

private func isSame(_ left: FieldValue, _ right: FieldValue) -> Bool {
    switch (left, right) {
    case (.number(let number), .integer(let integer)): number == Double(integer)
    case (.list(let lefts), .list(let rights)):
        lefts.count == rights.count && zip(lefts, rights).allSatisfy(isSame)
    case (.object(let lefts), .object(let rights)):
        lefts.count == rights.count && lefts.allSatisfy { isSame($1, rights[$0] ?? .null) }
    default: JSON(left).text == JSON(right).text
    }
}

private func depth(_ value: FieldValue) -> Int {
    switch value {
    case .list(let items): 1 + (items.map(depth).max() ?? 0)
    case .object(let members): 1 + (members.values.map(depth).max() ?? 0)
    default: 1
    }
}
