import PluginAPI

/// What the commands say about a dictionary, as text for people and JSON for programs. Pure: no file is read here.
package struct DictionaryReport {
    let dictionary: AttributeDictionary

    package init(_ dictionary: AttributeDictionary) { self.dictionary = dictionary }

    /// Whether a line had to be left out.
    package var hasErrors: Bool { dictionary.diagnostics.contains { $0.severity == .error } }

    /// Counts and diagnostics, one a line; notes, which tell of conflicts, at the end.
    package var check: String {
        let counts = dictionary.counts
        let order: [Diagnostic.Severity] = [.error, .warning, .note]
        let lines = order.flatMap { severity in dictionary.diagnostics.filter { $0.severity == severity } }
        return lines.map { "\($0)\n" }.joined() + """
            files                \(counts.files)
            attributes           \(counts.attributes)
            attributes_distinct  \(counts.distinctAttributes)
            values               \(counts.values)
            vendors              \(counts.vendors)
            \(order.map { severity in "\(severity.rawValue)s \(lines.count { $0.severity == severity })" }
                .joined(separator: ", "))

            """
    }

    package var checkJSON: String {
        let counts = dictionary.counts
        return JSONText.object([
            ("files", .number(counts.files)), ("attributes", .number(counts.attributes)),
            ("attributes_distinct", .number(counts.distinctAttributes)), ("values", .number(counts.values)),
            ("vendors", .number(counts.vendors)), ("diagnostics", .array(dictionary.diagnostics.map(json))),
        ]).text + "\n"
    }

    private func json(_ diagnostic: Diagnostic) -> JSONText {
        .object([
            ("severity", .string(diagnostic.severity.rawValue)), ("file", .string(diagnostic.file)),
            ("line", .number(diagnostic.line)), ("message", .string(diagnostic.message)),
        ])
    }

    /// One attribute with its values, or one vendor with its attributes. nil when neither has the name.
    package func show(_ name: String) -> String? {
        if let attribute = lookup(name) { return attributes([attribute]) + values(attribute) }
        guard let vendor = dictionary.vendor(named: name) else { return nil }
        return "vendor \(vendor.name), number \(vendor.number), format \(vendor.format.text)\n"
            + attributes(self.attributes(of: vendor))
    }

    package func showJSON(_ name: String) -> String? {
        if let attribute = lookup(name) { return json(attribute).text + "\n" }
        guard let vendor = dictionary.vendor(named: name) else { return nil }
        return JSONText.object([
            ("vendor", .string(vendor.name)), ("number", .number(Int(vendor.number))),
            ("format", .string(vendor.format.text)), ("attributes", .array(attributes(of: vendor).map(json))),
        ]).text + "\n"
    }

    /// By name, or by number with dots (`26.14988.8`, `8`).
    private func lookup(_ name: String) -> Attribute? {
        if let attribute = dictionary.attribute(named: name) { return attribute }
        return ListEncoder.numbers("Attr-\(name)").flatMap { dictionary.attribute(path: $0) }
    }

    private func attributes(of vendor: Vendor) -> [Attribute] {
        dictionary.attributes.filter { $0.path.contains(vendor.number) && $0.path.count >= 3 && $0.isOfVendor(vendor) }
    }

    /// All attributes whose name or value names hold `text`, in any case.
    package func find(_ text: String) -> String { attributes(found(text)) }

    package func findJSON(_ text: String) -> String { JSONText.array(found(text).map(json)).text + "\n" }

    private func found(_ text: String) -> [Attribute] {
        let wanted = text.asciiLowercased
        return dictionary.attributes.filter {
            $0.name.asciiLowercased.contains(wanted)
                || $0.values.entries.contains { $0.name.asciiLowercased.contains(wanted) }
        }
    }

    private func attributes(_ attributes: [Attribute]) -> String {
        let width = attributes.map(\.name.utf8.count).max() ?? 0
        return attributes.map { attribute in
            let gap = String(repeating: " ", count: width - attribute.name.utf8.count + 2)
            let vendor = attribute.key.vendor == 0 ? nil : dictionary.vendor(attribute.key.vendor)?.name
            let words = [attribute.oid, attribute.type.name, vendor ?? ""] + attribute.flags.words
            return attribute.name + gap + words.filter { !$0.isEmpty }.joined(separator: "  ") + "\n"
        }.joined()
    }

    private func values(_ attribute: Attribute) -> String {
        attribute.values.entries.map { "    \($0.number)  \($0.name)\n" }.joined()
    }

    private func json(_ attribute: Attribute) -> JSONText {
        .object([
            ("name", .string(attribute.name)), ("oid", .string(attribute.oid)),
            ("type", .string(attribute.type.name)),
            ("vendor", dictionary.vendor(attribute.key.vendor).map { .string($0.name) } ?? .null),
            ("flags", .array(attribute.flags.words.map { .string($0) })),
            (
                "values",
                .array(
                    attribute.values.entries.map {
                        .object([("name", .string($0.name)), ("number", .string("\($0.number)"))])
                    })
            ),
        ])
    }
}

extension Attribute {
    func isOfVendor(_ vendor: Vendor) -> Bool {
        (path[0] == 26 && path[1] == vendor.number)
            || ((241...246).contains(path[0]) && path.count > 3 && path[1] == 26 && path[2] == vendor.number)
    }
}

extension AttributeFlags {
    /// As the dictionaries write them.
    package var words: [String] {
        var words: [String] = []
        if hasTag { words.append("has_tag") }
        if encryption != .none { words.append("encrypt=\(encryption.rawValue)") }
        if isConcatenated { words.append("concat") }
        if isArray { words.append("array") }
        if isInternal { words.append("internal") }
        if isSecret { words.append("secret") }
        if isKey { words.append("key") }
        if lengthPrefix > 0 { words.append("length=uint\(lengthPrefix * 8)") }
        return words
    }
}
