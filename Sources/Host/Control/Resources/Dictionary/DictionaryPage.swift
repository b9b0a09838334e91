import Dictionary
import HTTP
import PluginAPI

/// What attributes are looked for.
struct DictionarySearch {
    private let vendor: Int64?
    private let text: String?
    private let type: String?

    static let fields: [FieldDescription] = [
        FieldDescription(
            name: "vendor", kind: .integer, text: "enterprise number; 0: the standard attributes",
            constraints: [.range(0...Int64(UInt32.max))]),
        FieldDescription(
            name: "search", kind: .text, text: "part of a name, or the numbers' beginning: 26.14988",
            constraints: [.length(1...100)]),
        FieldDescription(
            name: "type", kind: .text, text: "as the dictionaries name it: string, ipaddr",
            constraints: [.length(1...40)]),
    ]

    init(_ inputs: Inputs) {
        vendor = inputs.integer("vendor")
        text = inputs.text("search")?.lowercased()
        type = inputs.text("type")?.lowercased()
    }

    func isMet(_ attribute: Attribute) -> Bool {
        if let vendor, Int64(attribute.key.vendor) != vendor { return false }
        if let type, attribute.type.name != type { return false }
        guard let text else { return true }
        return attribute.name.lowercased().contains(text) || attribute.oid == text
            || attribute.oid.hasPrefix(text + ".")
    }
}

/// A page of what the dictionary holds, between two places in it. The dictionary does not change while the process
/// lives.
struct DictionaryPage {
    private let size: Int
    private let after: Int?
    private let before: Int?

    static let fields: [FieldDescription] = [
        FieldDescription(name: "size", kind: .integer, text: "rows of a page (50)", constraints: [.range(1...500)]),
        FieldDescription(
            name: "after", kind: .integer, text: "`next` of the page before", constraints: [.range(0...1_000_000_000)]),
        FieldDescription(
            name: "before", kind: .integer, text: "`prev` of the page after; goes before `after`",
            constraints: [.range(0...1_000_000_000)]),
    ]

    init(_ inputs: Inputs) {
        size = inputs.integer("size").map { Int($0) } ?? 50
        after = inputs.integer("after").map { Int($0) }
        before = inputs.integer("before").map { Int($0) }
    }

    func answer(_ all: [Attribute], _ isMet: (Attribute) -> Bool, _ line: (Attribute) -> JSON) -> JSON {
        let matches = all.indices.filter { isMet(all[$0]) }
        let shown: ArraySlice<Int>
        if let before {
            shown = matches.prefix { $0 < before }.suffix(size)
        } else {
            let rest = matches.drop { $0 <= after ?? -1 }
            shown = rest.prefix(size)
        }
        let hasMore = shown.last != nil && shown.last != matches.last
        let hasLess = shown.first != nil && shown.first != matches.first
        return .object([
            ("items", .array(shown.map { line(all[$0]) })), ("total", .count(matches.count)),
            ("total_is_exact", .bool(true)), ("next", hasMore ? .optional(shown.last.map { "\($0)" }) : .null),
            ("prev", hasLess ? .optional(shown.first.map { "\($0)" }) : .null),
        ])
    }
}
