package import PluginAPI

/// A whole packet or a list of attributes as read from bytes, to be printed.
package struct PacketReport {
    /// The 20 bytes in front of the attributes (RFC 2865 section 3).
    package struct Header: Sendable {
        package let code: PacketCode
        package let identifier: UInt8
        package let authenticator: [UInt8]
    }

    package let header: Header?
    package let attributes: [DecodedAttribute]
    /// Bytes behind the packet's own length: padding (RFC 2865 section 3).
    package let padding: Int

    /// The header, when the bytes begin with one: a known code, and a length that they hold. A list of attributes does
    /// not look like that: its first length would be its second byte.
    package static func header(_ bytes: [UInt8]) -> (header: Header, length: Int)? {
        guard bytes.count >= 20 else { return nil }
        let length = Int(bytes[2]) << 8 | Int(bytes[3])
        let code = PacketCode(rawValue: bytes[0])
        guard length >= 20, length <= min(bytes.count, 4096), !code.description.hasPrefix("Code-") else { return nil }
        return (Header(code: code, identifier: bytes[1], authenticator: Array(bytes[4..<20])), length)
    }

    /// Reads `bytes` as a packet when they look like one, else as attributes. `cipher` is asked for by the packet's
    /// authenticator; nil leaves hidden values as they are.
    package init(
        _ bytes: [UInt8], dictionary: AttributeDictionary, showsSecrets: Bool,
        cipher: ([UInt8]?) -> (any AttributeCipher)?
    ) {
        let found = PacketReport.header(bytes)
        header = found?.header
        padding = found.map { bytes.count - $0.length } ?? 0
        let part = found.map { Array(bytes[20..<$0.length]) } ?? bytes
        attributes = dictionary.decode(
            attributes: part, cipher: cipher(found?.header.authenticator), showsSecrets: showsSecrets)
    }

    /// Whether something could not be read as it should.
    package var hasProblems: Bool { attributes.contains { $0.hasProblem } }

    package var text: String {
        var text = ""
        if let header {
            text += "\(header.code) id \(header.identifier) authenticator 0x\(HexText.text(header.authenticator))\n"
        }
        for attribute in attributes {
            text += (header == nil ? "" : "    ") + attribute.line
            text += attribute.problem.map { "  # \($0)\n" } ?? "\n"
        }
        return padding > 0 ? text + "# \(padding) bytes of padding\n" : text
    }

    package var json: String {
        var pairs: [(String, JSONText)] = []
        if let header {
            pairs += [
                ("code", .string("\(header.code)")), ("identifier", .number(Int(header.identifier))),
                ("authenticator", .string(HexText.text(header.authenticator))), ("padding", .number(padding)),
            ]
        }
        return JSONText.object(pairs + [("attributes", .array(attributes.map(PacketReport.json)))]).text + "\n"
    }

    private static func json(_ attribute: DecodedAttribute) -> JSONText {
        var pairs: [(String, JSONText)] = [
            ("name", .string(attribute.name)),
            ("oid", .string(attribute.path.map { "\($0)" }.joined(separator: "."))),
            ("value", .string(attribute.text)),
        ]
        if let tag = attribute.tag { pairs.append(("tag", .number(Int(tag)))) }
        if attribute.isMasked { pairs.append(("masked", .bool(true))) }
        if !attribute.isMasked { pairs.append(("hex", .string(HexText.text(attribute.value)))) }
        if !attribute.children.isEmpty { pairs.append(("attributes", .array(attribute.children.map(json)))) }
        if let problem = attribute.problem { pairs.append(("problem", .string(problem))) }
        return .object(pairs)
    }
}

extension DecodedAttribute {
    /// Here or anywhere inside.
    package var hasProblem: Bool { problem != nil || children.contains { $0.hasProblem } }
}
