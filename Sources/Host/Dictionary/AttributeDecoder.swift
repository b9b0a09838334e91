/// Reads a packet's attributes. Never fails: what can't be read is given as bytes, with what is wrong about it.
struct AttributeDecoder {
    let dictionary: AttributeDictionary
    let cipher: (any AttributeCipher)?
    /// Whether secrets are shown where they can be.
    let showsSecrets: Bool

    /// A TLV deeper than this is left as bytes; packets are hostile.
    static let deepest = 8

    func attributes(_ bytes: ArraySlice<UInt8>) -> [DecodedAttribute] {
        var result: [DecodedAttribute] = []
        var rest = bytes
        while !rest.isEmpty {
            guard let value = AttributeDecoder.value(rest) else {
                result.append(loose(rest))
                break
            }
            let number = UInt32(rest.first!)
            let (items, used) = self.items(number, value, rest)
            result += items
            rest = rest.dropFirst(used)
        }
        return result
    }

    /// The value of the attribute that `bytes` begin with; nil when its length is wrong (RFC 2865 section 5).
    static func value(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard bytes.count >= 2 else { return nil }
        let length = Int(bytes[bytes.startIndex + 1])
        guard length >= 2, length <= bytes.count else { return nil }
        return bytes[bytes.startIndex + 2..<bytes.startIndex + length]
    }

    /// What the attribute at the start of `rest` holds, and how many bytes it took with those that continue it.
    private func items(
        _ number: UInt32, _ value: ArraySlice<UInt8>, _ rest: ArraySlice<UInt8>
    ) -> ([DecodedAttribute], Int) {
        switch dictionary.type(at: [number]) {
        case .vendorSpecific: return vendorSpecific(number, value, rest)
        case .extended:
            guard let type = value.first else { return ([raw([number], value, "it has no extended type")], 2) }
            return (extended([number, UInt32(type)], value.dropFirst()), value.count + 2)
        case .longExtended: return longExtended(number, value, rest)
        default:
            guard dictionary.attribute(path: [number])?.flags.isConcatenated == true else {
                return (item([number], value), value.count + 2)
            }
            let (whole, used) = concatenated(rest)
            return (item([number], whole[...]), used)
        }
    }

    /// The values of all following attributes of one number, joined (RFC 3579 section 3.1).
    private func concatenated(_ bytes: ArraySlice<UInt8>) -> ([UInt8], Int) {
        var whole: [UInt8] = []
        var rest = bytes
        let number = bytes.first
        while rest.first == number, let value = AttributeDecoder.value(rest) {
            whole += value
            rest = rest.dropFirst(value.count + 2)
        }
        return (whole, bytes.count - rest.count)
    }

    /// Extended types of vendors have their number and type in front (RFC 6929 section 2.4).
    private func extended(_ path: [UInt32], _ value: ArraySlice<UInt8>) -> [DecodedAttribute] {
        guard dictionary.type(at: path) == .vendorSpecific else { return item(path, value) }
        guard value.count >= 5 else { return [raw(path, value, "it has no vendor and type")] }
        let vendor = UInt32(ValueDecoder.number(value.prefix(4)))
        return item(path + [vendor, UInt32(value[value.startIndex + 4])], value.dropFirst(5))
    }

    /// Fragments follow each other, all but the last with the More flag (RFC 6929 section 2.2).
    private func longExtended(
        _ number: UInt32, _ value: ArraySlice<UInt8>, _ rest: ArraySlice<UInt8>
    ) -> ([DecodedAttribute], Int) {
        var whole: [UInt8] = []
        var left = rest
        while let part = AttributeDecoder.value(left), left.first == rest.first, part.count >= 2,
            part.first == value.first
        {
            whole += part.dropFirst(2)
            left = left.dropFirst(part.count + 2)
            if part[part.startIndex + 1] & 0x80 == 0 {
                return (extended([number, UInt32(part.first!)], whole[...]), rest.count - left.count)
            }
        }
        return ([raw([number], value, "it is not whole")], value.count + 2)
    }

    /// One value of known place: tag, encryption, then by type. Several for an array.
    func item(_ path: [UInt32], _ bytes: ArraySlice<UInt8>, depth: Int = 0) -> [DecodedAttribute] {
        guard let attribute = dictionary.attribute(path: path) else { return [raw(path, bytes, nil)] }
        guard !bytes.isEmpty else { return [raw(path, bytes, "it is empty", attribute)] }
        guard let (tag, plain) = opened(attribute, bytes) else { return [sealed(attribute, bytes)] }
        if attribute.type == .tlv { return [tlv(attribute, plain, bytes, depth)] }
        if attribute.type == .structure { return [structure(attribute, plain, bytes, depth)] }
        return elements(attribute, plain).map { value($0, attribute, tag, bytes) }
    }

    private func value(
        _ plain: [UInt8], _ attribute: Attribute, _ tag: UInt8?, _ bytes: ArraySlice<UInt8>
    ) -> DecodedAttribute {
        let isMasked = !showsSecrets && (attribute.flags.isSecret || attribute.flags.encryption != .none)
        guard let name = dictionary.unambiguousName(of: attribute) else {
            return raw(attribute.path, bytes, "the dictionary has two of this name", attribute)
        }
        guard let text = ValueDecoder.text(attribute, plain), !plain.isEmpty || attribute.flags.encryption != .none
        else { return raw(attribute.path, bytes, "it is not \(attribute.type.name)", attribute) }
        return DecodedAttribute(
            name: name, path: attribute.path, attribute: attribute, tag: tag, value: plain,
            text: isMasked ? "***" : text, children: [], isMasked: isMasked, problem: nil)
    }

    /// The values in one attribute, when its type lets them be told apart.
    private func elements(_ attribute: Attribute, _ plain: [UInt8]) -> [[UInt8]] {
        guard attribute.flags.isArray, let size = attribute.type.fixedLength, plain.count > size,
            plain.count % size == 0
        else { return [plain] }
        return stride(from: 0, to: plain.count, by: size).map { Array(plain[$0..<$0 + size]) }
    }

    /// Tag taken off and decrypted. nil when it is hidden and stays so.
    private func opened(_ attribute: Attribute, _ bytes: ArraySlice<UInt8>) -> (UInt8?, [UInt8])? {
        let flags = attribute.flags
        guard flags.encryption == .none else {
            let hasTag = flags.hasTag && bytes.first! <= 31
            guard let plain = cipher?.decrypt(Array(hasTag ? bytes.dropFirst() : bytes), method: flags.encryption)
            else { return nil }
            return (hasTag && bytes.first! > 0 ? bytes.first! : nil, plain)
        }
        guard flags.hasTag, bytes.first! <= 31 else { return (nil, Array(bytes)) }
        if attribute.type == .unsigned(bits: 32) {
            return (bytes.first! > 0 ? bytes.first! : nil, [0] + bytes.dropFirst())
        }
        return (bytes.first!, Array(bytes.dropFirst()))
    }

    /// A hidden value that no secret opens.
    private func sealed(_ attribute: Attribute, _ bytes: ArraySlice<UInt8>) -> DecodedAttribute {
        let problem = cipher == nil ? nil : "it can't be decrypted"
        guard showsSecrets else {
            return DecodedAttribute(
                name: attribute.name, path: attribute.path, attribute: attribute, tag: nil, value: Array(bytes),
                text: "***", children: [], isMasked: true, problem: problem)
        }
        return raw(attribute.path, bytes, problem, attribute)
    }

    /// A value by its number, as hex.
    func raw(
        _ path: [UInt32], _ bytes: ArraySlice<UInt8>, _ problem: String?, _ attribute: Attribute? = nil
    ) -> DecodedAttribute {
        let known = attribute ?? dictionary.attribute(path: path)
        let isMasked = !showsSecrets && known.map { $0.flags.isSecret || $0.flags.encryption != .none } ?? false
        let named = known.map { "\($0.name): " } ?? ""
        return DecodedAttribute(
            name: "Attr-" + path.map { String($0) }.joined(separator: "."), path: path, attribute: nil, tag: nil,
            value: Array(bytes), text: isMasked ? "***" : "0x" + HexText.text(bytes), children: [], isMasked: isMasked,
            problem: problem.map { named + $0 })
    }

    /// Bytes that are no attribute.
    private func loose(_ bytes: ArraySlice<UInt8>) -> DecodedAttribute {
        DecodedAttribute(
            name: "raw", path: [], attribute: nil, tag: nil, value: Array(bytes), text: "0x" + HexText.text(bytes),
            children: [], isMasked: false, problem: "the length of an attribute is wrong")
    }
}

extension AttributeDictionary {
    /// A list of attributes as the wire has it, to names and texts. Never fails; hidden values need `cipher`, and are
    /// masked unless `showsSecrets`.
    package func decode(
        attributes: [UInt8], cipher: (any AttributeCipher)? = nil, showsSecrets: Bool = false
    ) -> [DecodedAttribute] {
        AttributeDecoder(dictionary: self, cipher: cipher, showsSecrets: showsSecrets).attributes(attributes[...])
    }
}
