import CXML2

/// Reads the XML form through libxml2: well-formed, without a DOCTYPE, and as the schema says; otherwise the file is
/// left out and each error told with its line. Nothing outside the bytes is ever opened.
package struct XMLReader {
    private let file: String
    private var lines: [DictionaryDocument.Line] = []
    private var diagnostics: [Diagnostic] = []

    package static func read(_ bytes: [UInt8], file: String) -> (DictionaryDocument, [Diagnostic]) {
        var reader = XMLReader(file: file)
        reader.parse(bytes)
        return (DictionaryDocument(lines: reader.diagnostics.isEmpty ? reader.lines : []), reader.diagnostics)
    }

    private init(file: String) { self.file = file }

    private mutating func fail(_ line: Int, _ message: String) {
        diagnostics.append(Diagnostic(severity: .error, file: file, line: line, message: message))
    }

    private mutating func parse(_ bytes: [UInt8]) {
        // Entities are declared in a DOCTYPE only; without one there is nothing to expand or fetch.
        if let offset = bytes.firstRange(of: Array("<!DOCTYPE".utf8))?.lowerBound {
            return fail(bytes[..<offset].count { $0 == 10 } + 1, "a DOCTYPE is not allowed; the file is left out")
        }
        guard bytes.count <= Int(Int32.max), let context = xmlNewParserCtxt() else { return fail(0, "out of memory") }
        defer { xmlFreeParserCtxt(context) }
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        let document = bytes.withUnsafeBytes {
            xmlCtxtReadMemory(
                context, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count), nil, "UTF-8", Int32(options))
        }
        guard let document else { return fail(context.pointee.lastError) }
        defer { xmlFreeDoc(document) }
        guard document.pointee.intSubset == nil else { return fail(1, "a DOCTYPE is not allowed") }
        for problem in SchemaCheck.problems(document) { fail(problem.line, problem.message) }
        guard diagnostics.isEmpty else { return }
        children(of: xmlDocGetRootElement(document))
    }

    private mutating func fail(_ error: xmlError) {
        fail(Int(error.line), "not XML: \(SchemaCheck.text(error.message)); the file is left out")
    }

    private mutating func children(of element: UnsafeMutablePointer<xmlNode>?) {
        var next = element?.pointee.children
        while let node = next {
            defer { next = node.pointee.next }
            switch node.pointee.type {
            case XML_ELEMENT_NODE: add(node)
            case XML_TEXT_NODE: blanks(node)
            case XML_COMMENT_NODE: append(.comment(trimmed(content(node))), node)
            default: break
            }
        }
    }

    /// Lines left free between elements are kept.
    private mutating func blanks(_ node: UnsafeMutablePointer<xmlNode>) {
        for _ in 1..<max(1, content(node).utf8.count { $0 == 10 }) { append(.blank, node) }
    }

    private mutating func append(_ statement: Statement, _ node: UnsafeMutablePointer<xmlNode>, note: String? = nil) {
        lines.append(DictionaryDocument.Line(number: Int(xmlGetLineNo(node)), statement: statement, note: note))
    }

    private mutating func add(_ node: UnsafeMutablePointer<xmlNode>) {
        let element = String(cString: node.pointee.name)
        if let block = Block.allCases.first(where: { $0.element == element }) { return add(block, node) }
        if element == "comment" { return append(.comment(trimmed(content(node))), node) }
        guard let statement = statement(element, node) else { return }
        append(statement, node, note: get(node, "note"))
        guard element == "attribute" else { return }
        var next = node.pointee.children
        while let value = next {
            if value.pointee.type == XML_ELEMENT_NODE {
                let owner = get(node, "name") ?? ""
                append(
                    .value(attribute: owner, name: get(value, "name") ?? "", number: get(value, "number") ?? ""),
                    value, note: get(value, "note"))
            }
            next = value.pointee.next
        }
    }

    private mutating func add(_ block: Block, _ node: UnsafeMutablePointer<xmlNode>) {
        let name = get(node, "name") ?? ""
        append(.begin(block, name: name, options: words(node, "options")), node, note: get(node, "note"))
        children(of: node)
        append(.end(block, name: get(node, "end") ?? name), node, note: get(node, "end-note"))
    }

    private func statement(_ element: String, _ node: UnsafeMutablePointer<xmlNode>) -> Statement? {
        let name = get(node, "name") ?? ""
        let number = get(node, "number") ?? ""
        let type = get(node, "type") ?? ""
        switch element {
        case "include":
            return .include(get(node, "file") ?? "", optional: ["true", "1"].contains(get(node, "optional")))
        case "vendor": return .vendor(name: name, number: number, options: words(node, "options"))
        case "protocol": return .protocolName(name: name, number: number, options: words(node, "options"))
        case "attribute": return .attribute(name: name, oid: number, type: type, flags: words(node, "flags"))
        case "value": return .value(attribute: get(node, "attribute") ?? "", name: name, number: number)
        case "define": return .define(name: name, type: type, flags: words(node, "flags"))
        case "enum": return .enumeration(name: name, type: type, flags: words(node, "flags"))
        case "member": return .member(name: name, type: type, flags: words(node, "flags"))
        case "alias": return .alias(name: name, target: get(node, "target") ?? "")
        case "struct":
            return .structure(
                name: name, key: get(node, "key") ?? "", value: get(node, "value") ?? "", flags: words(node, "flags"))
        case "flags": return .flags(words(node, "words"))
        case "line": return .unknown(content(node).split(separator: " ").map(String.init))
        default: return nil
        }
    }

    private func words(_ node: UnsafeMutablePointer<xmlNode>, _ key: String) -> [String] {
        (get(node, key) ?? "").split(separator: " ").map(String.init)
    }

    private func get(_ node: UnsafeMutablePointer<xmlNode>, _ key: String) -> String? {
        guard let text = xmlGetNoNsProp(node, key) else { return nil }
        defer { tollkeeper_xml_free(text) }
        return String(cString: text)
    }

    private func content(_ node: UnsafeMutablePointer<xmlNode>) -> String {
        guard let text = xmlNodeGetContent(node) else { return "" }
        defer { tollkeeper_xml_free(text) }
        return String(cString: text)
    }

    /// A comment is one line of the text form.
    private func trimmed(_ text: String) -> String {
        let line = Array(text.utf8).map { $0 == 10 || $0 == 13 ? 32 : $0 }
        guard let start = line.firstIndex(where: { $0 > 32 }), let end = line.lastIndex(where: { $0 > 32 }) else {
            return ""
        }
        return String(decoding: line[start...end], as: UTF8.self)
    }
}

/// Checks a document against the schema, which is compiled once.
enum SchemaCheck {
    /// Compiled once and only read afterwards.
    private nonisolated(unsafe) static let schema: xmlSchemaPtr? = {
        let text = Array(DictionarySchema.text.utf8)
        return text.withUnsafeBytes { bytes in
            let source = bytes.bindMemory(to: CChar.self).baseAddress
            guard let context = xmlSchemaNewMemParserCtxt(source, Int32(bytes.count)) else { return nil }
            defer { xmlSchemaFreeParserCtxt(context) }
            return xmlSchemaParse(context)
        }
    }()

    /// Gathers what libxml2 reports.
    private final class Collector {
        var problems: [(line: Int, message: String)] = []
    }

    /// A file wrong all over is not told in full.
    private static let mostProblems = 50

    static func problems(_ document: UnsafeMutablePointer<xmlDoc>) -> [(line: Int, message: String)] {
        guard let schema, let context = xmlSchemaNewValidCtxt(schema) else {
            return [(0, "the dictionary schema can't be used")]
        }
        defer { xmlSchemaFreeValidCtxt(context) }
        let collector = Collector()
        let result = withExtendedLifetime(collector) {
            xmlSchemaSetValidStructuredErrors(
                context,
                { user, error in
                    guard let user, let error else { return }
                    let collector = Unmanaged<Collector>.fromOpaque(user).takeUnretainedValue()
                    guard collector.problems.count < SchemaCheck.mostProblems else { return }
                    collector.problems.append((Int(error.pointee.line), SchemaCheck.text(error.pointee.message)))
                }, Unmanaged.passUnretained(collector).toOpaque())
            return xmlSchemaValidateDoc(context, document)
        }
        if result != 0, collector.problems.isEmpty { return [(0, "it does not follow the schema")] }
        return collector.problems
    }

    /// libxml2's message on one line, without our namespace before every name.
    static func text(_ message: UnsafeMutablePointer<CChar>?) -> String {
        guard let message else { return "unknown error" }
        let text = String(cString: message).split(separator: "{\(DictionarySchema.namespace)}").joined()
        return text.split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
    }
}
