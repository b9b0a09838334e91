/// Puts values on the wire: tag, encryption, TLVs, and the header or headers around them.
struct AttributeEncoder {
    let dictionary: AttributeDictionary
    let cipher: (any AttributeCipher)?

    /// `plain` with tag and encryption as the attribute's flags want them (RFC 2868 section 3.1).
    func sealed(_ attribute: Attribute, _ plain: [UInt8], tag: UInt8?) throws(EncodeError) -> [UInt8] {
        if let tag, tag > 31 || !attribute.flags.hasTag { throw .badTag(attribute.name) }
        var value = plain
        if attribute.flags.encryption != .none {
            guard let cipher else { throw .needsSecret(attribute.name) }
            guard let hidden = cipher.encrypt(plain, method: attribute.flags.encryption) else {
                throw .badSecretValue(attribute.name)
            }
            value = hidden
        }
        return attribute.flags.hasTag ? try tagged(attribute, value, tag) : value
    }

    private func tagged(_ attribute: Attribute, _ value: [UInt8], _ tag: UInt8?) throws(EncodeError) -> [UInt8] {
        if attribute.flags.encryption != .none { return [tag ?? 0] + value }
        if attribute.type == .unsigned(bits: 32) {
            // The tag takes the first of the four bytes; a number that needs it must not look like one with a tag.
            if value[0] == 0 { return [tag ?? 0] + value[1...] }
            if tag == nil, value[0] > 31 { return value }
            throw .badTag(attribute.name)
        }
        if let tag { return [tag] + value }
        return (value.first ?? 32) <= 31 ? [0] + value : value
    }

    /// Whole attributes around a sealed value.
    func wrapped(_ name: String, path: [UInt32], flags: AttributeFlags, _ value: [UInt8]) throws(EncodeError) -> [UInt8]
    {
        guard let (carrier, prefix, depth) = Carrier.of(path, dictionary) else { throw .badNumber(name) }
        var payload = value
        for number in path[depth...].reversed() { payload = try tlv(name, number, payload) }
        return try split(name, carrier, prefix + payload, flags)
    }

    /// Type, length, value (RFC 6929 section 2.3).
    func tlv(_ name: String, _ number: UInt32, _ value: [UInt8]) throws(EncodeError) -> [UInt8] {
        guard number <= 255 else { throw .badNumber(name) }
        guard value.count <= 253 else { throw .tooLong(attribute: name, length: value.count, most: 253) }
        return [UInt8(number), UInt8(value.count + 2)] + value
    }

    func split(
        _ name: String, _ carrier: Carrier, _ payload: [UInt8], _ flags: AttributeFlags
    ) throws(EncodeError) -> [UInt8] {
        let room = carrier.room
        guard payload.count > room else { return carrier.attribute(payload[...], more: false) }
        guard carrier.splits || flags.isConcatenated, payload.count <= AttributeEncoder.mostBytes else {
            throw .tooLong(attribute: name, length: payload.count, most: carrier.splits ? 4076 : room)
        }
        var bytes: [UInt8] = []
        var rest = payload[...]
        while !rest.isEmpty {
            let part = rest.prefix(room)
            rest = rest.dropFirst(room)
            bytes += carrier.attribute(part, more: !rest.isEmpty)
        }
        return bytes
    }

    /// What a packet can hold beside its header (RFC 2865 section 3).
    private static let mostBytes = 4076
}

extension AttributeDictionary {
    /// Text to wire: whole attributes, with all that wraps them; a long value of several. Secrets need `cipher`.
    package func encode(
        _ attribute: Attribute, text: String, tag: UInt8? = nil, cipher: (any AttributeCipher)? = nil
    ) throws(EncodeError) -> [UInt8] {
        try encode(attribute, value: ValueEncoder.bytes(attribute, Array(text.utf8)), tag: tag, cipher: cipher)
    }

    /// The same from the bytes of a value, before tag and encryption.
    package func encode(
        _ attribute: Attribute, value: [UInt8], tag: UInt8? = nil, cipher: (any AttributeCipher)? = nil
    ) throws(EncodeError) -> [UInt8] {
        guard attribute.isOnWire else { throw .notOnWire(attribute.name) }
        // A text or string without a byte must not be sent (RFC 2865 section 5).
        if value.isEmpty, attribute.flags.encryption == .none {
            throw .badValue(attribute: attribute.name, text: "", expected: "at least one byte")
        }
        let encoder = AttributeEncoder(dictionary: self, cipher: cipher)
        let sealed = try encoder.sealed(attribute, value, tag: tag)
        return try encoder.wrapped(attribute.name, path: attribute.path, flags: attribute.flags, sealed)
    }

    /// The bytes of a value, before tag, encryption and header: what a stored reply item or a comparison needs.
    package func value(_ attribute: Attribute, text: String) throws(EncodeError) -> [UInt8] {
        try ValueEncoder.bytes(attribute, Array(text.utf8))
    }
}
