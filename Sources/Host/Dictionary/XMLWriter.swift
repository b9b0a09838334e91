/// Prints a document in the XML form (dictionaries/tollkeeper-dictionary.xsd).
package struct XMLWriter {
    private var text = """
        <?xml version="1.0" encoding="UTF-8"?>
        <dictionary xmlns="\(DictionarySchema.namespace)">\n
        """
    /// Blocks still open: where their start tag's end is written, so that the END's note can be put in.
    private var open: [(block: Block, name: String, tag: String, content: String)] = []
    /// The attribute whose element is still open for values.
    private var attribute: String?

    /// Throws when a block is not ended, or an END has no BEGIN: XML can't say that.
    package static func text(_ document: DictionaryDocument) throws(DictionaryError) -> String {
        var writer = XMLWriter()
        for line in document.lines { try writer.add(line) }
        writer.closeAttribute()
        if let block = writer.open.last {
            throw DictionaryError(message: "\(block.block.beginWord) \(block.name) is not ended")
        }
        return writer.text + "</dictionary>\n"
    }

    private init() {}

    private var indent: String { String(repeating: "  ", count: open.count + 1) }

    private mutating func add(_ line: DictionaryDocument.Line) throws(DictionaryError) {
        if case .value(let owner, let name, let number) = line.statement, owner == attribute {
            text += "\n\(indent)  <value\(pairs([("name", name), ("number", number)], line.note))/>"
            return
        }
        closeAttribute()
        switch line.statement {
        case .blank: text += "\n"
        case .comment(let comment): text += "\(indent)<comment>\(escape(comment))</comment>\n"
        case .unknown(let words): text += "\(indent)<line>\(escape(words.joined(separator: " ")))</line>\n"
        case .begin(let block, let name, let options):
            let tag = "\(indent)<\(block.element)\(pairs([("name", name), ("options", options.words)], line.note))"
            open.append((block, name, tag, text))
            text = ""
        case .end(let block, let name): try end(block, name, line)
        case .attribute(let name, let oid, let type, let flags):
            let pairs = pairs([("name", name), ("number", oid), ("type", type), ("flags", flags.words)], line.note)
            text += "\(indent)<attribute\(pairs)>"
            attribute = name
        default: text += "\(indent)<\(simple(line.statement, line.note))/>\n"
        }
    }

    private mutating func closeAttribute() {
        guard attribute != nil else { return }
        attribute = nil
        if text.hasSuffix("/>") {
            text += "\n\(indent)</attribute>\n"
        } else {
            text.removeLast()
            text += "/>\n"
        }
    }

    private mutating func end(_ block: Block, _ name: String, _ line: DictionaryDocument.Line) throws(DictionaryError) {
        guard let begun = open.popLast(), begun.block == block else {
            throw DictionaryError(message: "line \(line.number): \(block.endWord) \(name) without its begin")
        }
        var tag = begun.tag
        if begun.name != name { tag += " end=\"\(escape(name))\"" }
        if let note = line.note { tag += " end-note=\"\(escape(note))\"" }
        text = "\(begun.content)\(tag)>\n\(text)\(indent)</\(block.element)>\n"
    }

    private func simple(_ statement: Statement, _ note: String?) -> String {
        switch statement {
        case .include(let file, let optional):
            "include" + pairs([("file", file), ("optional", optional ? "true" : "")], note)
        case .vendor(let name, let number, let options):
            "vendor" + pairs([("name", name), ("number", number), ("options", options.words)], note)
        case .protocolName(let name, let number, let options):
            "protocol" + pairs([("name", name), ("number", number), ("options", options.words)], note)
        case .value(let owner, let name, let number):
            "value" + pairs([("attribute", owner), ("name", name), ("number", number)], note)
        case .define(let name, let type, let flags): typed("define", name, type, flags, note)
        case .enumeration(let name, let type, let flags): typed("enum", name, type, flags, note)
        case .member(let name, let type, let flags): typed("member", name, type, flags, note)
        case .alias(let name, let target): "alias" + pairs([("name", name), ("target", target)], note)
        case .structure(let name, let key, let value, let flags):
            "struct" + pairs([("name", name), ("key", key), ("value", value), ("flags", flags.words)], note)
        case .flags(let words): "flags words=\"\(escape(words.words))\"" + pairs([], note)
        default: preconditionFailure("blocks, comments and attributes are written by their caller")
        }
    }

    private func typed(_ element: String, _ name: String, _ type: String, _ flags: [String], _ note: String?) -> String
    {
        element + pairs([("name", name), ("type", type), ("flags", flags.words)], note)
    }

    /// Empty ones are left out, but for the name.
    private func pairs(_ pairs: [(String, String)], _ note: String?) -> String {
        var text = ""
        for (key, value) in pairs where !value.isEmpty || key == "name" { text += " \(key)=\"\(escape(value))\"" }
        if let note { text += " note=\"\(escape(note))\"" }
        return text
    }

    private func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 32 || [34, 38, 60, 62].contains($0) }) else { return text }
        return text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\t": result += "&#9;"
            // XML has no other control characters.
            case "\u{0}"..."\u{1f}": result.unicodeScalars.append("\u{fffd}")
            default: result.unicodeScalars.append(scalar)
            }
        }
    }
}

extension [String] {
    /// With a space between.
    var words: String { joined(separator: " ") }
}

extension Block {
    /// The XML element that stands for the pair.
    var element: String {
        switch self {
        case .vendor: "in-vendor"
        case .tlv: "in-tlv"
        case .protocolSpace: "in-protocol"
        case .attribute: "in-attribute"
        }
    }
}
