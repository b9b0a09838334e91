import CXML2
package import PluginAPI

/// Reads XML through libxml2: no network, no entities of the file's own, bounded depth and size, errors with lines.
package enum XMLDocument {
    /// Elements nested deeper than this are refused.
    static let maximumDepth = 64
    /// Bytes; what a person writes is far smaller.
    static let maximumSize = 16 << 20

    /// The root element of an XML text, valid by a schema (the bytes of an XSD) if one is given.
    /// `name` is what the file is called in errors.
    package static func parse(_ bytes: [UInt8], name: String, schema: [UInt8]? = nil) throws(XMLError) -> XMLElement {
        let faults = XMLFaults(name)
        guard let document = read(bytes, name, faults) else {
            throw faults.error(otherwise: "is not well-formed XML")
        }
        defer { xmlFreeDoc(document) }
        guard xmlGetIntSubset(document) == nil else {
            throw XMLError(file: name, line: 1, message: "a document type declaration is not allowed")
        }
        if let schema { try validate(document, schema, faults) }
        guard let root = xmlDocGetRootElement(document) else {
            throw XMLError(file: name, line: 1, message: "has no element")
        }
        return try element(root, name, depth: 1)
    }

    private static func read(_ bytes: [UInt8], _ name: String, _ faults: XMLFaults) -> xmlDocPtr? {
        guard !bytes.isEmpty, bytes.count <= maximumSize, let context = xmlNewParserCtxt() else { return nil }
        defer { xmlFreeParserCtxt(context) }
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue
        let document = bytes.withUnsafeBytes { buffer in
            xmlCtxtReadMemory(
                context, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), name, nil,
                Int32(options))
        }
        if document == nil { faults.add(xmlCtxtGetLastError(context)) }
        return document
    }

    private static func validate(_ document: xmlDocPtr, _ schema: [UInt8], _ faults: XMLFaults) throws(XMLError) {
        let collector = Unmanaged.passUnretained(faults).toOpaque()
        let compiled = compile(schema, collector)
        guard let compiled else { throw faults.error(otherwise: "the schema itself is not valid") }
        defer { xmlSchemaFree(compiled) }
        let validator = xmlSchemaNewValidCtxt(compiled)
        defer { xmlSchemaFreeValidCtxt(validator) }
        xmlSchemaSetValidStructuredErrors(validator, XMLFaults.collect, collector)
        guard xmlSchemaValidateDoc(validator, document) == 0 else {
            throw faults.error(otherwise: "does not fit its schema")
        }
    }

    /// libxml2 reads the schema's text while it parses, so the parser lives within the buffer's scope.
    private static func compile(_ schema: [UInt8], _ collector: UnsafeMutableRawPointer) -> xmlSchemaPtr? {
        schema.withUnsafeBytes { buffer in
            let text = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            guard let parser = xmlSchemaNewMemParserCtxt(text, Int32(buffer.count)) else { return nil }
            defer { xmlSchemaFreeParserCtxt(parser) }
            xmlSchemaSetParserStructuredErrors(parser, XMLFaults.collect, collector)
            return xmlSchemaParse(parser)
        }
    }

    private static func element(_ node: xmlNodePtr, _ file: String, depth: Int) throws(XMLError) -> XMLElement {
        var element = XMLElement(name: text(node.pointee.name), line: Int(xmlGetLineNo(node)))
        guard depth <= maximumDepth else {
            throw XMLError(file: file, line: element.line, message: "elements are nested deeper than \(maximumDepth)")
        }
        var attribute = node.pointee.properties
        while let current = attribute {
            element.attributes[text(current.pointee.name)] = content(of: current.pointee.children)
            attribute = current.pointee.next
        }
        var own = ""
        var child = node.pointee.children
        while let current = child {
            switch current.pointee.type {
            case XML_ELEMENT_NODE: element.children.append(try self.element(current, file, depth: depth + 1))
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE: own += text(current.pointee.content)
            case XML_ENTITY_REF_NODE:
                throw XMLError(file: file, line: element.line, message: "entities are not allowed")
            default: break
            }
            child = current.pointee.next
        }
        element.text = trimmed(own)
        return element
    }

    /// The text of an attribute's value nodes.
    private static func content(of first: xmlNodePtr?) -> String {
        var result = ""
        var node = first
        while let current = node {
            result += text(current.pointee.content)
            node = current.pointee.next
        }
        return result
    }

    private static func text(_ pointer: UnsafePointer<xmlChar>?) -> String {
        pointer.map { String(cString: $0) } ?? ""
    }

    private static func text(_ pointer: UnsafeMutablePointer<xmlChar>?) -> String {
        pointer.map { String(cString: $0) } ?? ""
    }

    private static func trimmed(_ text: String) -> String {
        let blank: (Character) -> Bool = { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        guard let first = text.firstIndex(where: { !blank($0) }), let last = text.lastIndex(where: { !blank($0) })
        else { return "" }
        return String(text[first...last])
    }
}
