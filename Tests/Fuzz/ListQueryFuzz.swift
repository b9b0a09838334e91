// Modules: PluginAPI Calendar Threads Log EventLoop Dictionary RADIUS HTTP Store AAA Policy Control
// Seeds:
import HTTP
import PluginAPI

@testable import Control

/// Whatever is asked of a list: it is refused, naming a parameter that was given, or asks for no more than is declared.
///
/// The first byte chooses the list; of the rest, bytes from 128 on stand for the names of its parameters, columns, sorts.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeRawBufferPointer(start: start, count: count))
    guard let first = bytes.first else { return 0 }
    let spec = ListSpec.all[Int(first) % ListSpec.all.count]
    let words =
        ListQuery.reserved + spec.filters.flatMap(\.parameters) + spec.columns.map(\.name) + spec.sorts.map(\.name)
    var text: [UInt8] = []
    for byte in bytes.dropFirst() {
        if byte < 128 { text.append(byte) } else { text += words[Int(byte - 128) % words.count].utf8 }
    }
    guard let pairs = QueryText.read(String(decoding: text, as: UTF8.self)) else { return 0 }
    do {
        let query = try ListQuery(pairs, of: spec, permissions: [])
        precondition(ListQuery.sizes.contains(query.size), "a size beyond the limits")
        precondition(query.columns.allSatisfy { $0.permission == nil }, "a column that needs a permission")
        precondition(Set(query.columns.map(\.name)).count == query.columns.count, "a column twice")
        precondition(query.filters.allSatisfy { !$0.values.isEmpty && $0.values.count <= 100 }, "a filter of nothing")
        precondition(query.after == nil || query.before == nil, "two places")
        _ = spec.isFast(query.filters, query.sort, hasSearch: query.search != nil)
    } catch let errors as FieldErrors {
        for error in errors.errors {
            precondition(pairs.contains { $0.name == error.field }, "\(error.field) is refused, and was not given")
        }
    } catch {
        fatalError("\(error)")
    }
    return 0
}
