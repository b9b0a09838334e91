/// A list of items to the attributes of a packet. Neighbours below the same TLV go into one.
struct ListEncoder {
    private let encoder: AttributeEncoder
    private var dictionary: AttributeDictionary { encoder.dictionary }
    private var bytes: [UInt8] = []
    /// The TLV being filled.
    private var open: (name: String, carrier: Carrier, prefix: [UInt8], flags: AttributeFlags, tree: TLVTree)?
    /// The array being filled.
    private var array: (attribute: Attribute, payload: [UInt8])?

    static func encode(_ items: [ListItem], _ encoder: AttributeEncoder) throws(EncodeError) -> [UInt8] {
        var list = ListEncoder(encoder)
        for item in items { try list.add(item) }
        try list.flush()
        return list.bytes
    }

    private init(_ encoder: AttributeEncoder) { self.encoder = encoder }

    private mutating func add(_ item: ListItem) throws(EncodeError) {
        guard item.operator.isAssignment else {
            throw .badList(offset: item.offset, message: "\(item.operator.rawValue) compares; it can't be sent")
        }
        if item.name == "raw" {
            try flush()
            bytes += try hex(item)
        } else if let attribute = dictionary.attribute(named: item.name) {
            try add(item, attribute)
        } else {
            try addNumbered(item)
        }
    }

    private mutating func add(_ item: ListItem, _ attribute: Attribute) throws(EncodeError) {
        guard attribute.isOnWire else { throw .notOnWire(attribute.name) }
        if attribute.flags.isArray, array?.attribute.path == attribute.path {
            let payload = try payload(item, attribute)
            array?.payload += payload
            return
        }
        let payload = try payload(item, attribute)
        guard let (carrier, prefix, depth) = Carrier.of(attribute.path, dictionary) else {
            throw .badNumber(attribute.name)
        }
        if attribute.path.count > depth {
            try addLeaf(attribute, payload, carrier, prefix, depth)
        } else {
            try flush()
            if attribute.flags.isArray {
                array = (attribute, payload)
            } else {
                bytes += try encoder.split(attribute.name, carrier, prefix + payload, attribute.flags)
            }
        }
    }

    private mutating func addLeaf(
        _ attribute: Attribute, _ payload: [UInt8], _ carrier: Carrier, _ prefix: [UInt8], _ depth: Int
    ) throws(EncodeError) {
        let numbers = attribute.path[depth...]
        if open?.carrier == carrier, open?.prefix == prefix, open?.tree.add(numbers, payload) == true { return }
        try flush()
        var tree = TLVTree()
        _ = tree.add(numbers, payload)
        open = (attribute.name, carrier, prefix, attribute.flags, tree)
    }

    private mutating func flush() throws(EncodeError) {
        if let open {
            let payload = try open.tree.bytes(open.name, encoder)
            bytes += try encoder.split(open.name, open.carrier, open.prefix + payload, open.flags)
        }
        if let array {
            let attribute = array.attribute
            bytes += try encoder.wrapped(attribute.name, path: attribute.path, flags: attribute.flags, array.payload)
        }
        open = nil
        array = nil
    }

    /// The bytes inside an attribute's own header.
    private func payload(_ item: ListItem, _ attribute: Attribute) throws(EncodeError) -> [UInt8] {
        switch item.value {
        case .text(let text):
            let value = try ValueEncoder.bytes(attribute, text)
            if value.isEmpty, attribute.flags.encryption == .none {
                throw .badValue(attribute: attribute.name, text: "", expected: "at least one byte")
            }
            return try encoder.sealed(attribute, value, tag: item.tag)
        case .nested(let items):
            let inside: [UInt8]
            switch attribute.type {
            case .tlv: inside = try children(items, of: attribute)
            case .structure: inside = try StructureEncoder(list: self).bytes(items, of: attribute)
            default: throw .badValue(attribute: attribute.name, text: "{", expected: attribute.type.name)
            }
            return try encoder.sealed(attribute, inside, tag: item.tag)
        }
    }

    /// TLVs written inside braces, each by a name below `parent` or by number.
    private func children(_ items: [ListItem], of parent: Attribute) throws(EncodeError) -> [UInt8] {
        var bytes: [UInt8] = []
        for item in items {
            if let numbers = ListEncoder.numbers(item.name), numbers.count == parent.path.count + 1,
                numbers.starts(with: parent.path)
            {
                bytes += try encoder.tlv(item.name, numbers.last!, hex(item))
            } else {
                let child = try self.child(item.name, of: parent)
                bytes += try encoder.tlv(child.name, child.path.last!, payload(item, child))
            }
        }
        return bytes
    }

    /// The attribute of that name right below `parent`.
    func child(_ name: String, of parent: Attribute) throws(EncodeError) -> Attribute {
        let found = dictionary.attribute(named: name)
        if let found, found.path.dropLast().elementsEqual(parent.path) { return found }
        guard let found = dictionary.attribute(named: "\(parent.name).\(name)") else {
            throw .unknownAttribute("\(parent.name).\(name)")
        }
        return found
    }

    func value(_ item: ListItem, _ attribute: Attribute) throws(EncodeError) -> [UInt8] {
        try payload(item, attribute)
    }

    private mutating func addNumbered(_ item: ListItem) throws(EncodeError) {
        guard let path = ListEncoder.numbers(item.name) else { throw .unknownAttribute(item.name) }
        try flush()
        let flags = dictionary.attribute(path: path)?.flags ?? AttributeFlags()
        bytes += try encoder.wrapped(item.name, path: path, flags: flags, hex(item))
    }

    private func hex(_ item: ListItem) throws(EncodeError) -> [UInt8] {
        guard case .text(let text) = item.value, text.starts(with: Array("0x".utf8)), let bytes = HexText.bytes(text)
        else {
            throw .badList(offset: item.offset, message: "\(item.name) needs hex after 0x")
        }
        return bytes
    }

    /// `Attr-26.14988.8` to its numbers; nil when it is not such a name.
    static func numbers(_ name: String) -> [UInt32]? {
        guard name.asciiLowercased.hasPrefix("attr-") else { return nil }
        var numbers: [UInt32] = []
        for part in name.dropFirst(5).split(separator: ".", omittingEmptySubsequences: false) {
            guard let value = part.dictionaryNumber, let number = UInt32(exactly: value) else { return nil }
            numbers.append(number)
        }
        return numbers
    }
}

/// TLVs inside each other, filled leaf by leaf.
struct TLVTree {
    private enum Node {
        case leaf([UInt8])
        case branch(TLVTree)
    }

    private var nodes: [(number: UInt32, node: Node)] = []

    /// Adds a leaf below the branch filled last. False, and nothing added, when the same leaf stands there already
    /// and a new outermost TLV should begin.
    mutating func add(_ path: ArraySlice<UInt32>, _ payload: [UInt8]) -> Bool {
        guard let first = path.first else { return false }
        if path.count == 1 {
            if nodes.contains(where: { $0.number == first }) { return false }
            nodes.append((first, .leaf(payload)))
            return true
        }
        if let last = nodes.last, last.number == first, case .branch(var inner) = last.node,
            inner.add(path.dropFirst(), payload)
        {
            nodes[nodes.count - 1].node = .branch(inner)
            return true
        }
        var inner = TLVTree()
        _ = inner.add(path.dropFirst(), payload)
        nodes.append((first, .branch(inner)))
        return true
    }

    func bytes(_ name: String, _ encoder: AttributeEncoder) throws(EncodeError) -> [UInt8] {
        var bytes: [UInt8] = []
        for (number, node) in nodes {
            switch node {
            case .leaf(let payload): bytes += try encoder.tlv(name, number, payload)
            case .branch(let tree): bytes += try encoder.tlv(name, number, tree.bytes(name, encoder))
            }
        }
        return bytes
    }
}

/// The members of a structure, written inside braces, in the dictionary's order; those left out are zero.
struct StructureEncoder {
    let list: ListEncoder

    func bytes(_ items: [ListItem], of structure: Attribute) throws(EncodeError) -> [UInt8] {
        var writer = BitWriter()
        var left = items
        for member in list.members(of: structure) {
            let index = left.firstIndex { $0.name.equalsIgnoringCase(member.name) }
            let item = index.map { left.remove(at: $0) }
            let value: [UInt8]
            if let item {
                value = try list.value(item, member)
            } else {
                value = Array(repeating: 0, count: member.type.fixedLength ?? member.type.bitBytes)
            }
            guard writer.append(value, as: member) else { throw .badNumber(member.name) }
        }
        // What is left is the structure that the key names.
        for item in left {
            guard let next = list.structure(named: item.name, below: structure), case .nested(let inside) = item.value
            else { throw .unknownAttribute("\(structure.name).\(item.name)") }
            writer.append(try bytes(inside, of: next))
        }
        return writer.bytes
    }
}

extension ListEncoder {
    func members(of structure: Attribute) -> [Attribute] { dictionary.members(of: structure) }

    func structure(named name: String, below structure: Attribute) -> Attribute? {
        guard let found = dictionary.attribute(named: name), found.type == .structure,
            found.path.starts(with: structure.path)
        else { return nil }
        return found
    }
}

extension AttributeType {
    /// A member of bits travels as 8 bytes inside; others without a fixed length as none.
    var bitBytes: Int { if case .bits = self { 8 } else { 0 } }
}

/// Puts values of whole bytes or single bits behind each other.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var usedBits = 0

    /// False when whole bytes would not begin at a byte, or a length does not fit its prefix.
    mutating func append(_ value: [UInt8], as member: Attribute) -> Bool {
        if case .bits(let count) = member.type {
            let number = ValueDecoder.number(value)
            for bit in (0..<count).reversed() {
                if usedBits == 0 { bytes.append(0) }
                bytes[bytes.count - 1] |= UInt8(number >> UInt64(bit) & 1) << UInt8(7 - usedBits)
                usedBits = (usedBits + 1) % 8
            }
            return true
        }
        guard usedBits == 0 else { return false }
        let width = member.flags.lengthPrefix
        guard width == 0 || value.count < 1 << (8 * width) else { return false }
        bytes += ValueEncoder.bigEndian(UInt64(value.count), width) + value
        return true
    }

    mutating func append(_ value: [UInt8]) { bytes += value }
}

extension AttributeDictionary {
    /// `Name = value, Name2 = "…"` to the attributes of a packet.
    package func encode(list text: String, cipher: (any AttributeCipher)? = nil) throws(EncodeError) -> [UInt8] {
        try encode(AttributeListReader.read(text), cipher: cipher)
    }

    package func encode(_ items: [ListItem], cipher: (any AttributeCipher)? = nil) throws(EncodeError) -> [UInt8] {
        try ListEncoder.encode(items, AttributeEncoder(dictionary: self, cipher: cipher))
    }
}
