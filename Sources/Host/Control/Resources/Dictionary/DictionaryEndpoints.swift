import Dictionary
import HTTP
import PluginAPI
import Store

/// The RADIUS dictionaries: vendors, attributes, where they are used, and packets decoded with them.
package enum DictionaryEndpoints {
    package static func all(_ house: House) -> [Endpoint] {
        [vendors(house), list(house), attribute(house), decode(house)]
    }

    private static let permission = Access.may("dictionaries.view")

    private static func vendors(_ house: House) -> Endpoint {
        let dictionary = house.dictionary
        return Endpoint(.get, "/dictionaries/vendors", permission, "The vendors, and how many attributes each has") {
            _ in
            var counts: [UInt32: Int] = [:]
            for attribute in dictionary.attributes { counts[attribute.key.vendor, default: 0] += 1 }
            let standard: JSON = .object([
                ("number", .integer(0)), ("name", .text("RFC")), ("attributes", .count(counts[0] ?? 0)),
            ])
            let vendors = dictionary.vendors.sorted { $0.name.lowercased() < $1.name.lowercased() }.map { vendor in
                JSON.object([
                    ("number", .count(vendor.number)), ("name", .text(vendor.name)),
                    ("attributes", .count(counts[vendor.number] ?? 0)),
                ])
            }
            return .json(.object([("items", .array([standard] + vendors))]))
        }
        .output(
            .items([
                FieldDescription(name: "number", kind: .integer, text: "IANA enterprise number; 0: the standard ones"),
                FieldDescription(name: "name", kind: .text), FieldDescription(name: "attributes", kind: .integer),
            ]))
    }

    private static func list(_ house: House) -> Endpoint {
        let dictionary = house.dictionary
        return Endpoint(.get, "/dictionaries/attributes", permission, "Attributes, in the order of their definition") {
            call in
            let search = DictionarySearch(call.inputs)
            let page = DictionaryPage(call.inputs)
            return .json(page.answer(dictionary.attributes, search.isMet) { AttributeView($0, dictionary).line })
        }
        .query(DictionarySearch.fields + DictionaryPage.fields)
        .output(.page(AttributeView.lineFields))
    }

    private static func attribute(_ house: House) -> Endpoint {
        let dictionary = house.dictionary
        return Endpoint(
            .get, "/dictionaries/attributes/{name}", permission,
            "One attribute: its values, flags, and where it is used"
        ) { call in
            let name = call.inputs.text("name") ?? ""
            let path = name.split(separator: ".").map { UInt32($0) }
            let byNumber = path.contains(nil) ? nil : dictionary.attribute(path: path.compactMap { $0 })
            guard let attribute = dictionary.attribute(named: name) ?? byNumber else {
                throw RecordRefusal("there is no attribute \(name)", code: "not_found")
            }
            let view = AttributeView(attribute, dictionary)
            return .json(.object(view.members + [("used", try used(try call.scoped(), attribute))]))
        }
        .parameter(
            FieldDescription(
                name: "name", kind: .text, text: "a name in any case, or numbers: 26.14988.8", isRequired: true,
                constraints: [.length(1...253)])
        )
        .output(.record(AttributeView.fields + [usedField]))
    }

    private static let usedField = FieldDescription(
        name: "used",
        kind: .record([
            FieldDescription(name: "services", kind: .integer), FieldDescription(name: "nas", kind: .integer),
            FieldDescription(name: "subscribers", kind: .integer),
            FieldDescription(name: "dialects", kind: .list(.text)),
        ]), text: "how many have it among their attributes; dialects that read it")

    private static func used(_ scoped: Scoped, _ attribute: Attribute) throws -> JSON {
        let byOwner = try scoped.owners(ofAttribute: attribute.name)
        let dialects = try scoped.connection.query(
            "select distinct dialect from dialect_rules where lower(attribute) = lower($1) order by 1",
            [.text(attribute.name)])
        return .object([
            ("services", .count(byOwner["service"] ?? 0)), ("nas", .count(byOwner["nas"] ?? 0)),
            ("subscribers", .count(byOwner["subscriber"] ?? 0)),
            ("dialects", .array(dialects.map { .text($0.text(0)) })),
        ])
    }

    private static func decode(_ house: House) -> Endpoint {
        let dictionary = house.dictionary
        return Endpoint(.post, "/dictionaries/decode", permission, "Read a packet, or a list of attributes, from hex") {
            call in
            let bytes = HexText.bytes((call.inputs.text("hex") ?? "").utf8) ?? []
            let report = PacketReport(bytes, dictionary: dictionary, showsSecrets: false) { _ in nil }
            return .json(PacketView.json(report))
        }
        .body([
            FieldDescription(
                name: "hex", kind: .format("hex"), text: "up to 8192 bytes", isRequired: true,
                constraints: [.length(2...16384)])
        ])
        .output(.record(PacketView.fields))
    }
}
