/// Vendor-Specific, TLVs and structures.
extension AttributeDecoder {
    func vendorSpecific(
        _ number: UInt32, _ value: ArraySlice<UInt8>, _ rest: ArraySlice<UInt8>
    ) -> ([DecodedAttribute], Int) {
        guard value.count >= 4 else { return ([raw([number], value, "it has no vendor")], value.count + 2) }
        let vendor = UInt32(ValueDecoder.number(value.prefix(4)))
        let format = dictionary.format(ofVendor: vendor)
        if format.continues, let (items, used) = continued(vendor, format, rest) { return (items, used) }
        guard let parts = AttributeDecoder.parts(value.dropFirst(4), format), !parts.isEmpty else {
            let problem = dictionary.vendor(vendor) == nil ? nil : "it is not in the vendor's format"
            return ([raw([number, vendor], value.dropFirst(4), problem)], value.count + 2)
        }
        return (parts.flatMap { item([number, vendor, $0.type], $0.value) }, value.count + 2)
    }

    /// The attributes inside a Vendor-Specific; nil when they do not fill it exactly.
    static func parts(
        _ bytes: ArraySlice<UInt8>, _ format: VendorFormat
    ) -> [(type: UInt32, value: ArraySlice<UInt8>)]? {
        var parts: [(type: UInt32, value: ArraySlice<UInt8>)] = []
        var rest = bytes
        while !rest.isEmpty {
            guard rest.count >= format.headerLength else { return nil }
            let type = UInt32(ValueDecoder.number(rest.prefix(format.typeLength)))
            var length = rest.count
            if format.lengthLength > 0 {
                length = Int(ValueDecoder.number(rest.dropFirst(format.typeLength).prefix(format.lengthLength)))
            }
            guard length >= format.headerLength, length <= rest.count else { return nil }
            parts.append((type, rest.prefix(length).dropFirst(format.headerLength)))
            rest = rest.dropFirst(length)
        }
        return parts
    }

    /// A value that goes on in further attributes while the top bit of the continuation byte is set. nil when it does
    /// not begin here, or its rest is missing.
    private func continued(
        _ vendor: UInt32, _ format: VendorFormat, _ bytes: ArraySlice<UInt8>
    ) -> ([DecodedAttribute], Int)? {
        var whole: [UInt8] = []
        var rest = bytes
        var type: UInt8?
        while let value = AttributeDecoder.value(rest), rest.first == bytes.first, value.count >= 7,
            UInt32(ValueDecoder.number(value.prefix(4))) == vendor
        {
            let start = value.startIndex + 4
            guard type == nil || type == value[start], Int(value[start + 1]) == value.count - 4 else { return nil }
            type = value[start]
            whole += value.dropFirst(7)
            rest = rest.dropFirst(value.count + 2)
            if value[start + 2] & 0x80 == 0 {
                return (item([26, vendor, UInt32(value[start])], whole[...]), bytes.count - rest.count)
            }
        }
        return nil
    }

    func tlv(
        _ attribute: Attribute, _ plain: [UInt8], _ bytes: ArraySlice<UInt8>, _ depth: Int
    ) -> DecodedAttribute {
        guard depth < AttributeDecoder.deepest,
            let parts = AttributeDecoder.parts(plain[...], .standard), !parts.isEmpty
        else { return raw(attribute.path, bytes, "it is not a list of TLVs", attribute) }
        let children = parts.flatMap { item(attribute.path + [$0.type], $0.value, depth: depth + 1) }
        return container(attribute, plain, children)
    }

    func structure(
        _ attribute: Attribute, _ plain: [UInt8], _ bytes: ArraySlice<UInt8>, _ depth: Int
    ) -> DecodedAttribute {
        guard depth < AttributeDecoder.deepest, let children = members(attribute, plain, depth), !children.isEmpty
        else { return raw(attribute.path, bytes, "it does not have the structure's length", attribute) }
        return container(attribute, plain, children)
    }

    private func container(
        _ attribute: Attribute, _ plain: [UInt8], _ children: [DecodedAttribute]
    ) -> DecodedAttribute {
        DecodedAttribute(
            name: dictionary.unambiguousName(of: attribute) ?? attribute.name, path: attribute.path,
            attribute: attribute, tag: nil, value: plain,
            text: "{ " + children.map(\.line).joined(separator: ", ") + " }", children: children, isMasked: false,
            problem: nil)
    }

    /// The members in order, each of its own size, the last variable; then what the key member says follows.
    private func members(_ structure: Attribute, _ plain: [UInt8], _ depth: Int) -> [DecodedAttribute]? {
        var bits = BitReader(plain)
        var children: [DecodedAttribute] = []
        var key: (attribute: Attribute, number: UInt64)?
        for member in dictionary.members(of: structure) {
            guard let value = bits.take(member) else { return nil }
            children += item(member.path, value[...], depth: depth + 1)
            if member.flags.isKey, value.count <= 8 { key = (member, ValueDecoder.number(value)) }
        }
        if let key, !bits.isAtEnd,
            let next = dictionary.attribute(path: key.attribute.path + [UInt32(truncatingIfNeeded: key.number)]),
            next.type == .structure, let inner = members(next, bits.rest, depth + 1)
        {
            return children + [container(next, bits.rest, inner)]
        }
        return bits.isAtEnd ? children : nil
    }
}

/// Takes values of whole bytes or of single bits from the front of a structure.
struct BitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count * 8 }
    var rest: [UInt8] { Array(bytes[min(bytes.count, position / 8)...]) }

    /// The bytes of one member; a member of bits as 8 bytes, a prefix of a length as what it counts. nil at the end.
    mutating func take(_ member: Attribute) -> [UInt8]? {
        if case .bits(let count) = member.type {
            guard position + count <= bytes.count * 8 else { return nil }
            var number: UInt64 = 0
            for bit in position..<position + count {
                number = number << 1 | UInt64(bytes[bit / 8] >> UInt8(7 - bit % 8) & 1)
            }
            position += count
            return ValueEncoder.bigEndian(number, 8)
        }
        guard position % 8 == 0 else { return nil }
        var start = position / 8
        var size = member.type.fixedLength ?? bytes.count - start
        if member.flags.lengthPrefix > 0 {
            guard start + member.flags.lengthPrefix <= bytes.count else { return nil }
            size = Int(ValueDecoder.number(bytes[start..<start + member.flags.lengthPrefix]))
            start += member.flags.lengthPrefix
        }
        guard start + size <= bytes.count else { return nil }
        position = (start + size) * 8
        return Array(bytes[start..<start + size])
    }
}
