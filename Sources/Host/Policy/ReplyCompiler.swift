package import Dictionary
package import PluginAPI

/// Encodes what a dialect wrote, attribute by attribute, with the dictionary. Pure: values in, values out.
package struct ReplyCompiler: Sendable {
    private let dictionary: AttributeDictionary

    package init(_ dictionary: AttributeDictionary) { self.dictionary = dictionary }

    /// Throws on the first attribute that the dictionary does not know or that can't carry its value, naming both.
    package func compile(_ attributes: [ReplyAttribute], origin: String) throws(PolicyProblem) -> CompiledReply {
        var parts: [CompiledPart] = []
        for attribute in attributes { parts.append(try compile(attribute, origin: origin)) }
        return CompiledReply(parts: parts)
    }

    private func compile(_ attribute: ReplyAttribute, origin: String) throws(PolicyProblem) -> CompiledPart {
        guard let known = dictionary.attribute(named: attribute.name) else {
            throw PolicyProblem("\(attribute.name): no loaded dictionary has this attribute")
        }
        return CompiledPart(
            origin: origin, name: known.name, key: known.key, condition: attribute.condition,
            content: try content(attribute, known))
    }

    private func content(
        _ attribute: ReplyAttribute, _ known: Attribute
    ) throws(PolicyProblem) -> CompiledPart.Content {
        switch attribute.value {
        case .text(let text): return .wire(try encode(known, text, attribute.tag))
        case .integer(let number): return .wire(try encode(known, String(number), attribute.tag))
        case .bytes(let bytes): return .wire(try encode(known, raw: bytes, attribute.tag))
        case .slot(let slot):
            try requireSlottable(known)
            return .slot(slot, tag: attribute.tag)
        case .template(let pieces):
            try requireSlottable(known)
            return .template(pieces, tag: attribute.tag)
        @unknown default: throw PolicyProblem("\(known.name): this kind of value needs a newer Tollkeeper")
        }
    }

    private func encode(_ known: Attribute, _ text: String, _ tag: UInt8?) throws(PolicyProblem) -> [UInt8] {
        do { return try dictionary.encode(known, text: text, tag: tag) } catch {
            throw PolicyProblem("\(known.name) = \(text): \(error)")
        }
    }

    private func encode(_ known: Attribute, raw: [UInt8], _ tag: UInt8?) throws(PolicyProblem) -> [UInt8] {
        do { return try dictionary.encode(known, value: raw, tag: tag) } catch {
            throw PolicyProblem("\(known.name): \(error)")
        }
    }

    /// Slots are filled without a dictionary, so only plain headers can hold one.
    private func requireSlottable(_ known: Attribute) throws(PolicyProblem) {
        let (vendor, number) = (known.key.vendor, known.key.number)
        let isPlain = known.path == (vendor == 0 ? [number] : [26, vendor, number])
        let format = dictionary.vendor(vendor)?.format ?? .standard
        guard isPlain, number <= 255, format == .standard || vendor == 0 else {
            throw PolicyProblem("\(known.name): a value known only at login can't go into a nested attribute")
        }
    }
}
