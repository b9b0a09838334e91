import Dictionary
import HTTP
import PluginAPI

/// An attribute as the API shows it.
struct AttributeView {
    private let attribute: Attribute
    private let vendor: Vendor?

    init(_ attribute: Attribute, _ dictionary: AttributeDictionary) {
        self.attribute = attribute
        vendor = dictionary.vendor(attribute.key.vendor)
    }

    static let lineFields: [FieldDescription] = [
        FieldDescription(name: "name", kind: .text),
        FieldDescription(name: "oid", kind: .text, text: "numbers from the packet down: 26.14988.8"),
        FieldDescription(name: "vendor", kind: .optional(.text)),
        FieldDescription(name: "type", kind: .text),
        FieldDescription(
            name: "flags", kind: .list(.text),
            text: "encrypted-1 to -3, tagged, concatenated, array, internal, secret"),
        FieldDescription(name: "values", kind: .integer, text: "how many values have names"),
    ]

    static let fields: [FieldDescription] =
        lineFields.filter { $0.name != "values" } + [
            FieldDescription(
                name: "values",
                kind: .list(
                    .record([
                        FieldDescription(name: "name", kind: .text), FieldDescription(name: "number", kind: .text),
                    ])))
        ]

    var line: JSON { .object(head + [("values", .count(attribute.values.entries.count))]) }

    var members: [(String, JSON)] {
        // Numbers of 64 bits do not fit every client's.
        let values = attribute.values.entries.map { entry in
            JSON.object([("name", .text(entry.name)), ("number", .text(String(entry.number)))])
        }
        return head + [("values", .array(values))]
    }

    private var head: [(String, JSON)] {
        [
            ("name", .text(attribute.name)), ("oid", .text(attribute.oid)), ("vendor", .optional(vendor?.name)),
            ("type", .text(attribute.type.name)), ("flags", .array(flags.map(JSON.text))),
        ]
    }

    private var flags: [String] {
        let flags = attribute.flags
        var names: [String] = flags.encryption == .none ? [] : ["encrypted-\(flags.encryption.rawValue)"]
        if flags.hasTag { names.append("tagged") }
        if flags.isConcatenated { names.append("concatenated") }
        if flags.isArray { names.append("array") }
        if flags.isInternal { names.append("internal") }
        if flags.isSecret { names.append("secret") }
        return names
    }
}

/// A decoded packet as the API shows it.
enum PacketView {
    static let fields: [FieldDescription] = [
        FieldDescription(name: "code", kind: .optional(.text), text: "null for a list of attributes without a packet"),
        FieldDescription(name: "identifier", kind: .optional(.integer)),
        FieldDescription(name: "authenticator", kind: .optional(.text), text: "hex"),
        FieldDescription(name: "padding", kind: .integer, text: "bytes behind the packet's own length"),
        FieldDescription(name: "has_problems", kind: .bool),
        FieldDescription(name: "attributes", kind: .list(.record(attributeFields))),
    ]

    private static let attributeFields: [FieldDescription] = [
        FieldDescription(name: "name", kind: .text), FieldDescription(name: "oid", kind: .text),
        FieldDescription(name: "value", kind: .text), FieldDescription(name: "tag", kind: .optional(.integer)),
        FieldDescription(name: "hex", kind: .optional(.text), text: "null for what is masked"),
        FieldDescription(name: "problem", kind: .optional(.text)),
        FieldDescription(name: "line", kind: .text, text: "as it is written in a list of attributes"),
        FieldDescription(name: "attributes", kind: .list(.format("json")), text: "what it holds, in the same form"),
    ]

    static func json(_ report: PacketReport) -> JSON {
        .object([
            ("code", .optional(report.header.map { "\($0.code)" })),
            ("identifier", report.header.map { .count($0.identifier) } ?? .null),
            ("authenticator", .optional(report.header.map { HexText.text($0.authenticator) })),
            ("padding", .count(report.padding)), ("has_problems", .bool(report.hasProblems)),
            ("attributes", .array(report.attributes.map(attribute))),
        ])
    }

    private static func attribute(_ attribute: DecodedAttribute) -> JSON {
        .object([
            ("name", .text(attribute.name)),
            ("oid", .text(attribute.path.map { "\($0)" }.joined(separator: "."))),
            ("value", .text(attribute.text)), ("tag", attribute.tag.map { .count($0) } ?? .null),
            ("hex", attribute.isMasked ? .null : .text(HexText.text(attribute.value))),
            ("problem", .optional(attribute.problem)), ("line", .text(attribute.line)),
            ("attributes", .array(attribute.children.map(PacketView.attribute))),
        ])
    }
}
