import PluginAPI

/// ATTRIBUTE and its relatives.
extension DictionaryBuilder {
    mutating func addAttribute(_ name: String, _ oid: String, _ typeName: String, _ words: [String]) {
        guard let path = path(of: oid, name: name, words: words) else { return }
        addAttribute(name, path: path, typeName, words)
        let added = content.attributes[content.attributes.count - 1]
        if added.type.isContainer, !oid.hasPrefix(".") { relativeBase = path }
        openStructure = added.type == .structure ? content.attributes.count - 1 : nil
    }

    mutating func addAttribute(_ name: String, path: [UInt32], _ typeName: String, _ words: [String]) {
        var (type, flags) = shape(name, typeName, words)
        if path[0] > 255 { flags.isInternal = true }
        if path.count == 1, flags.isInternal == false, type == .tlv || type == .octets(length: nil) {
            type = standardContainer(path[0], words) ?? type
        }
        checkNumber(name, path)
        insert(name, path, type, flags)
    }

    /// Version 4 marks the extended spaces of RFC 6929 by flags on a TLV.
    private func standardContainer(_ number: UInt32, _ words: [String]) -> AttributeType? {
        let flags = words.flatMap { $0.split(separator: ",") }
        if flags.contains("long") { return .longExtended }
        return flags.contains("extended") ? .extended : nil
    }

    /// The whole path of a written number. nil, with a remark, when it is not one.
    private mutating func path(of oid: String, name: String, words: [String]) -> [UInt32]? {
        let isRelative = oid.hasPrefix(".")
        var numbers: [UInt32] = []
        for part in (isRelative ? oid.dropFirst() : oid[...]).split(separator: ".", omittingEmptySubsequences: false) {
            guard let value = part.dictionaryNumber, let number = UInt32(exactly: value) else {
                report(.error, "'\(oid)' of \(name) is not a number; the attribute is left out")
                return nil
            }
            numbers.append(number)
        }
        guard numbers.count <= 16 else {
            report(.error, "'\(oid)' of \(name) is too deep; the attribute is left out")
            return nil
        }
        // Long ago a vendor's name stood behind the type instead of in a BEGIN-VENDOR.
        if basePath.isEmpty, let vendor = words.compactMap({ vendorByName[$0.asciiLowercased] }).first {
            return [26, vendor.number] + numbers
        }
        guard isRelative else { return basePath + numbers }
        return (relativeBase.count > basePath.count ? relativeBase : basePath) + numbers
    }

    /// Warns of a number that its place on the wire can't hold.
    private mutating func checkNumber(_ name: String, _ path: [UInt32]) {
        var widths = Array(repeating: 1, count: path.count)
        if path.count == 1 || path[0] > 255 { return }
        if path[0] == 26 { widths = [1, 4] + [vendorTypeLength(path)] + widths.dropFirst(3) }
        if (241...246).contains(path[0]), path.count > 2, path[1] == 26 { widths[2] = 4 }
        for (number, width) in zip(path, widths) where width < 4 && number >= UInt32(1) << UInt32(8 * width) {
            report(.warning, "\(name): number \(number) does not fit \(width) byte\(width == 1 ? "" : "s"); never sent")
        }
        if path.count > 1, path[0] != 26, content.indexByPath[Array(path.dropLast())] == nil, !isVendorLevel(path) {
            report(.warning, "\(name): nothing is defined at \(Array(path.dropLast())); it is taken for a TLV")
        }
    }

    private func vendorTypeLength(_ path: [UInt32]) -> Int {
        path.count > 1 ? content.vendorByNumber[path[1]]?.format.typeLength ?? 1 : 1
    }

    /// Whether the parent is a vendor inside an extended space, or such a space, which need no definition.
    private func isVendorLevel(_ path: [UInt32]) -> Bool {
        (241...246).contains(path[0]) && (path.count == 2 || (path[1] == 26 && path.count <= 4))
    }

    private mutating func shape(_ name: String, _ typeName: String, _ words: [String]) -> (
        AttributeType, AttributeFlags
    ) {
        var flags = defaultFlags
        let known = AttributeType(name: typeName)
        if known == nil { report(.warning, "\(name): type '\(typeName)' is not known; taken as octets") }
        for word in words.flatMap({ flagWords($0) }) where !apply(word, to: &flags) {
            let isVendor = vendorByName[String(word).asciiLowercased] != nil
            if !isVendor { report(.warning, "\(name): flag '\(word)' is not known; ignored") }
        }
        return (known ?? .octets(length: nil), flags)
    }

    /// Flags are divided by commas or spaces.
    private func flagWords(_ word: String) -> [Substring] { word.split(separator: ",") }

    /// What has no bearing on RADIUS values: hints of version 4 for other protocols and for its own engine.
    private static let ignored: Set<Substring> = [
        "extended", "long", "unsafe", "name_only", "flat", "counter", "raw", "allow_flat", "abinary", "dns_label",
        "is_unsigned", "octets", "delta", "truncate", "partial", "compressed", "no_default", "hex",
    ]
    private static let ignoredKeys: Set<Substring> = [
        "clone", "ref", "prefix", "subtype", "precision", "offset", "protocol", "parent", "format", "type", "group",
    ]

    private mutating func apply(_ word: Substring, to flags: inout AttributeFlags) -> Bool {
        let parts = word.split(separator: "=", maxSplits: 1)
        switch parts.first {
        case "has_tag": flags.hasTag = true
        case "concat": flags.isConcatenated = true
        case "array": flags.isArray = true
        case "virtual", "internal": flags.isInternal = true
        case "secret": flags.isSecret = true
        case "key": flags.isKey = true
        case "encrypt":
            guard parts.count == 2, let method = Encryption(word: parts[1]) else { return false }
            flags.encryption = method
        case "length":
            guard parts.count == 2, ["uint8", "uint16"].contains(parts[1]) else { return false }
            flags.lengthPrefix = parts[1] == "uint8" ? 1 : 2
        case "enum":
            guard parts.count == 2 else { return false }
            borrowed.append((content.attributes.count, String(parts[1])))
        case .some(let key):
            return parts.count == 2
                ? DictionaryBuilder.ignoredKeys.contains(key) : DictionaryBuilder.ignored.contains(key)
        case nil: return false
        }
        return true
    }

    mutating func insert(
        _ name: String, _ path: [UInt32], _ type: AttributeType, _ flags: AttributeFlags
    ) {
        let folded = name.asciiLowercased
        let index = content.attributes.count
        noteConflicts(name, folded, path, type)
        let key =
            path.count >= 3 && path[0] == 26 ? AttributeKey(path[2], vendor: path[1]) : AttributeKey(path[0])
        content.attributes.append(
            Attribute(name: name, key: key, path: path, type: type, flags: flags, values: NamedValues()))
        places.append(place)
        content.indexByName[folded] = index
        content.indexByPath[path] = index
    }

    /// The same name with two numbers, the same number with two names. Both stay usable; the later is found first.
    private mutating func noteConflicts(_ name: String, _ folded: String, _ path: [UInt32], _ type: AttributeType) {
        if let other = content.indexByName[folded], content.attributes[other].path != path {
            let earlier = content.attributes[other]
            report(.note, "\(name) has two numbers: \(text(path)) here, \(earlier.oid) at \(position(of: other))")
        }
        guard let other = content.indexByPath[path] else { return }
        let earlier = content.attributes[other]
        if !earlier.name.equalsIgnoringCase(name) {
            report(.note, "\(text(path)) has two names: \(name) here, \(earlier.name) at \(position(of: other))")
        } else if earlier.type != type {
            report(.warning, "\(name) has two types: \(type.name) here, \(earlier.type.name) at \(position(of: other))")
        }
    }

    private func text(_ path: [UInt32]) -> String { path.map { String($0) }.joined(separator: ".") }

    private func position(of index: Int) -> String {
        "\(content.files[places[index].file]):\(places[index].line)"
    }

    /// DEFINE and ENUM: a name of the server's own, numbered by itself.
    mutating func addDefinition(_ name: String, _ typeName: String, _ words: [String]) {
        var (type, flags) = shape(name, typeName, words)
        flags.isInternal = true
        if type == .vendorSpecific { type = .octets(length: nil) }
        insert(name, [nextDefined], type, flags)
        nextDefined += 1
        openStructure = type == .structure ? content.attributes.count - 1 : nil
    }

    /// Another name for the same number. The target may be written `A.B.C`; its last name counts.
    mutating func addAlias(_ name: String, _ target: String) {
        let last = target.split(separator: ".").last.map(String.init) ?? target
        guard let index = content.indexByName[target.asciiLowercased] ?? content.indexByName[last.asciiLowercased]
        else { return report(.warning, "ALIAS \(name): \(target) is not defined; left out") }
        content.indexByName[name.asciiLowercased] = index
    }
}
