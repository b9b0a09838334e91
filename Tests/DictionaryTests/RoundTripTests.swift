import Dictionary
import Testing

/// A cipher that only turns bits, so that what is hidden differs from what is not.
struct MirrorCipher: AttributeCipher {
    func encrypt(_ plain: [UInt8], method: Encryption) -> [UInt8]? { plain.map { ~$0 } }
    func decrypt(_ sealed: [UInt8], method: Encryption) -> [UInt8]? { sealed.map { ~$0 } }
}

@Suite struct RoundTripTests {
    @Test(.enabled(if: InstalledSets.freeRADIUS != nil))
    func `every attribute of FreeRADIUS's whole set goes to the wire and back`() throws {
        try roundTrip(#require(InstalledSets.freeRADIUS), atLeast: 6900)
    }

    @Test(.enabled(if: InstalledSets.wireshark != nil))
    func `every attribute of Wireshark's whole set goes to the wire and back`() throws {
        try roundTrip(#require(InstalledSets.wireshark), atLeast: 5890)
    }

    /// Each attribute by its name, with each of its values, as a line, to bytes, to a line again.
    private func roundTrip(_ set: AttributeDictionary, atLeast least: Int) throws {
        var done = 0
        for attribute in set.attributes where attribute.isOnWire && !attribute.type.isContainer {
            // Of one name with two numbers only the later can be written.
            guard let named = set.attribute(named: attribute.name), named.path == attribute.path,
                named.type == attribute.type, attribute.path != [26]
            else { continue }
            // Of two names for a number the later is shown, and may have another type, so the bytes may be shorter.
            let isShown = set.attribute(path: attribute.path)?.name == attribute.name
            for value in samples(attribute) {
                let line = "\(attribute.name)\(attribute.flags.hasTag ? ":3" : "") = \(value)"
                do {
                    let bytes = try set.encode(list: line, cipher: MirrorCipher())
                    let back = set.decode(attributes: bytes, cipher: MirrorCipher(), showsSecrets: true)
                    let leaf = back.first.map(leaf)
                    let again = try set.encode(list: back.map(\.line).joined(separator: ", "), cipher: MirrorCipher())
                    #expect(!isShown || back.count == 1 && leaf?.problem == nil, "\(line)")
                    #expect(!isShown || again == bytes, "\(line) became \(back.map(\.line))")
                    #expect(!isShown || leaf?.attribute?.path == attribute.path, "\(line) became \(back.map(\.line))")
                } catch {
                    // Numbers too large for their place are told when the set is loaded.
                    if case .badNumber = error { continue }
                    Issue.record("\(line): \(error)")
                }
            }
            done += 1
        }
        #expect(done >= least)
    }

    private func leaf(_ attribute: DecodedAttribute) -> DecodedAttribute {
        attribute.children.first.map(leaf) ?? attribute
    }

    private func samples(_ attribute: Attribute) -> [String] {
        if let length = attribute.type.fixedLength, case .octets = attribute.type {
            return ["0x" + String(repeating: "a5", count: length)]
        }
        let named = attribute.values.entries.map { "\"\($0.name)\"" }
        switch attribute.type {
        case .string(let length): return ["\"" + String(repeating: "x", count: length ?? 7) + "\""]
        case .octets, .ascendBinary: return ["0x0102ff"]
        case .ipv4Address: return ["192.0.2.1"]
        case .ipv6Address: return ["2001:db8::1"]
        case .ipAddress: return ["192.0.2.1", "2001:db8::1"]
        case .ipv4Prefix: return ["192.0.2.0/24"]
        case .ipv6Prefix: return ["2001:db8::/56"]
        case .ipPrefix: return ["192.0.2.0/24", "2001:db8::/56"]
        case .interfaceID: return ["0:0:0:1"]
        case .ethernet: return ["00:11:22:AA:BB:CC"]
        case .date: return ["2026-01-31T12:00:00Z"]
        case .boolean: return ["yes", "no"]
        case .signed: return ["-5"] + named
        case .float: return ["1.5"]
        default: return ["77"] + named
        }
    }
}
