import PluginAPI

/// VENDOR, the BEGIN/END pairs, VALUE, and the structures of version 4.
extension DictionaryBuilder {
    mutating func addVendor(_ name: String, _ number: String, _ options: [String]) {
        guard let value = number.dictionaryNumber, let number = UInt32(exactly: value), number > 0 else {
            return report(.error, "VENDOR \(name) has no number from 1 to 4294967295; left out")
        }
        var format = content.vendorByNumber[number]?.format ?? .standard
        for option in options {
            if option.hasPrefix("format="), let given = VendorFormat(option.dropFirst(7)) {
                format = given
            } else {
                report(.warning, "VENDOR \(name): '\(option)' is not known; the format is \(format.text)")
            }
        }
        let vendor = Vendor(name: name, number: number, format: format)
        if let other = vendorByName[name.asciiLowercased], other.number != number {
            report(.note, "vendor \(name) has two numbers: \(number) here, \(other.number) before")
        } else if let other = content.vendorByNumber[number], !other.name.equalsIgnoringCase(name) {
            report(.note, "vendor \(number) has two names: \(name) here, \(other.name) before")
        }
        vendorByName[name.asciiLowercased] = vendor
        content.vendorByNumber[number] = vendor
        content.vendors.append(vendor)
    }

    mutating func begin(_ block: Block, _ name: String, _ options: [String]) {
        openStructure = nil
        relativeBase = []
        let path: [UInt32]?
        switch block {
        case .vendor: path = vendorPath(name, options)
        case .tlv, .attribute: path = attributePath(name)
        case .protocolSpace: path = protocolPath(name)
        }
        // A block that can't be understood still opens a scope, out of the way, so that its END is matched and its
        // attributes don't land in the space around it.
        scopes.append(Scope(block: block, name: name, path: path ?? [0x0200_0000 + UInt32(content.attributes.count)]))
    }

    private mutating func vendorPath(_ name: String, _ options: [String]) -> [UInt32]? {
        guard let vendor = vendorByName[name.asciiLowercased] else {
            report(.error, "BEGIN-VENDOR \(name): no VENDOR line names it; its attributes are never sent")
            return nil
        }
        guard let option = options.first else { return [26, vendor.number] }
        let parts = option.split(separator: "=", maxSplits: 1)
        let parent = parts.last.flatMap { $0.split(separator: ".").last.map(String.init) } ?? ""
        guard options.count == 1, parts.count == 2, ["parent", "format"].contains(parts[0]),
            let index = content.indexByName[parent.asciiLowercased],
            content.attributes[index].type == .vendorSpecific
        else {
            report(.warning, "BEGIN-VENDOR \(name): '\(option)' is not a space for vendors; taken as Vendor-Specific")
            return [26, vendor.number]
        }
        return content.attributes[index].path + [vendor.number]
    }

    /// Without a name the attribute defined last is meant.
    private mutating func attributePath(_ name: String) -> [UInt32]? {
        let last = name.split(separator: ".").last.map(String.init) ?? name
        let found =
            name.isEmpty
            ? content.attributes.indices.last
            : content.indexByName[name.asciiLowercased] ?? content.indexByName[last.asciiLowercased]
        guard let index = found else {
            report(.error, "BEGIN \(name): no such attribute; what is inside is never sent")
            return nil
        }
        let attribute = content.attributes[index]
        if !attribute.type.isContainer {
            report(.warning, "\(attribute.name) is \(attribute.type.name), but holds others; taken as tlv")
            content.attributes[index] = attribute.retyped(.tlv)
        }
        return attribute.path
    }

    /// Other protocols have number spaces of their own; their names are known, but never sent.
    private mutating func protocolPath(_ name: String) -> [UInt32]? {
        guard let number = protocols[name.asciiLowercased] else {
            report(.warning, "BEGIN-PROTOCOL \(name): no PROTOCOL line names it; its attributes are never sent")
            return nil
        }
        return number == 1 ? [] : [0x0100_0000 + number]
    }

    mutating func end(_ block: Block, _ name: String) {
        openStructure = nil
        relativeBase = []
        guard let scope = scopes.last, scope.block == block, name.isEmpty || scope.name.equalsIgnoringCase(name) else {
            let open = scopes.last.map { "\($0.block.beginWord) \($0.name)" } ?? "nothing"
            return report(.warning, "\(block.endWord) \(name) while \(open) is open; ignored")
        }
        scopes.removeLast()
    }

    mutating func addValue(_ attribute: String, _ name: String, _ number: String) {
        content.valueCount += 1
        if let last = lastValueTarget, last.name == attribute { return setValue(last.index, name, number) }
        guard let index = content.indexByName[attribute.asciiLowercased] else {
            pending.append(PendingValue(attribute: attribute, name: name, number: number, place: place))
            return
        }
        lastValueTarget = (attribute, index)
        setValue(index, name, number)
    }

    mutating func setValue(_ index: Int, _ name: String, _ text: String) {
        let attribute = content.attributes[index]
        guard let number = ValueNumber.parse(text, as: attribute.type) else {
            let kind = attribute.type.name
            return report(.warning, "VALUE \(name) of \(attribute.name): '\(text)' does not fit \(kind); not used")
        }
        content.attributes[index].values.entries.append(NamedValues.Entry(name: name, number: number))
    }

    /// STRUCT: what follows a structure whose key member has the value.
    mutating func addStructure(_ name: String, _ key: String, _ value: String, _ words: [String]) {
        let last = key.split(separator: ".").last.map(String.init) ?? key
        guard let keyIndex = content.indexByName[last.asciiLowercased] else {
            return report(.error, "STRUCT \(name): its key \(key) is not defined; left out")
        }
        let member = content.attributes[keyIndex]
        guard let number = ValueNumber.parse(value, as: member.type) ?? member.values.number(named: value) else {
            return report(.error, "STRUCT \(name): '\(value)' is not a value of \(key); left out")
        }
        insert(
            name, member.path + [UInt32(truncatingIfNeeded: number)], .structure, member.flags.structureDefaults)
        openStructure = content.attributes.count - 1
        relativeBase = member.path + [UInt32(truncatingIfNeeded: number)]
        if member.values.name(of: number) == nil {
            content.attributes[keyIndex].values.entries.append(NamedValues.Entry(name: name, number: number))
        }
    }

    mutating func addMember(_ name: String, _ typeName: String, _ words: [String]) {
        guard let parent = openStructure else {
            return report(.error, "MEMBER \(name) is not inside a structure; left out")
        }
        let position = UInt32(content.attributes[parent].members.count + 1)
        let path = content.attributes[parent].path + [position]
        addAttribute(name, path: path, typeName, words)
        content.attributes[parent].members.append(content.attributes.count - 1)
        // A structure inside takes the members from here on only when it is written as one.
        openStructure = parent
    }
}

extension AttributeFlags {
    /// What a structure hanging under a key inherits: whether it is of the server's own.
    var structureDefaults: AttributeFlags {
        var flags = AttributeFlags()
        flags.isInternal = isInternal
        return flags
    }
}
