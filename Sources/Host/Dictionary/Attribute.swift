package import PluginAPI

/// One attribute as the dictionaries describe it.
package struct Attribute: Sendable {
    /// As written by whoever defined it; compared without regard to case.
    package let name: String
    /// The standard number, or the vendor and its number; for what lies deeper, that of the outermost.
    package let key: AttributeKey
    /// The numbers from the packet down: `[1]`, `[26, 14988, 8]`, `[241, 26, 9, 1]`, then those of TLVs.
    package let path: [UInt32]
    package let type: AttributeType
    package let flags: AttributeFlags
    /// The named values, in the order of their definition.
    package internal(set) var values: NamedValues
    /// Indices of what a structure is made of, in order.
    var members: [Int] = []

    /// The numbers with dots between: `26.14988.8`.
    package var oid: String { path.map { String($0) }.joined(separator: ".") }

    /// Whether it can be in a packet at all: standard numbers end at 255 (RFC 2865 section 5).
    package var isOnWire: Bool { !flags.isInternal && path[0] <= 255 }

    /// The same with another type.
    func retyped(_ type: AttributeType) -> Attribute {
        Attribute(name: name, key: key, path: path, type: type, flags: flags, values: values, members: members)
    }
}

/// The names of an attribute's values. Few have many, so a search is a walk.
package struct NamedValues: Sendable {
    package struct Entry: Sendable, Hashable {
        package let name: String
        /// The value as the wire has it, in network order for numbers.
        package let number: UInt64
    }

    package internal(set) var entries: [Entry] = []

    /// The value of a name, in any case; of two, the later.
    package func number(named name: String) -> UInt64? {
        entries.last { $0.name.equalsIgnoringCase(name) }?.number
    }

    /// The name of a value; of two, the later, as FreeRADIUS prints it. Never a name that leads to another value.
    package func name(of number: UInt64) -> String? {
        guard let name = entries.last(where: { $0.number == number })?.name, self.number(named: name) == number else {
            return nil
        }
        return name
    }
}

/// A vendor and the shape of its attributes.
package struct Vendor: Sendable, Hashable {
    package let name: String
    /// The IANA private enterprise number.
    package let number: UInt32
    package let format: VendorFormat
}

/// How attributes stand inside a vendor's Vendor-Specific (RFC 2865 section 5.26 recommends 1,1).
package struct VendorFormat: Sendable, Hashable {
    /// Bytes of the type: 1, 2 or 4.
    package let typeLength: Int
    /// Bytes of the length: 0, 1 or 2. With 0 one attribute fills the rest.
    package let lengthLength: Int
    /// A byte follows whose top bit says that the value goes on in the next attribute (WiMAX).
    package let continues: Bool

    package static let standard = VendorFormat(typeLength: 1, lengthLength: 1, continues: false)

    /// Bytes before the value.
    package var headerLength: Int { typeLength + lengthLength + (continues ? 1 : 0) }

    /// `1,1`, `2,2`, `4,0` or `1,1,c`.
    package var text: String { "\(typeLength),\(lengthLength)" + (continues ? ",c" : "") }

    package init(typeLength: Int, lengthLength: Int, continues: Bool) {
        self.typeLength = typeLength
        self.lengthLength = lengthLength
        self.continues = continues
    }

    /// From `1,1`, `2,2`, `4,0` or `1,1,c`; nil otherwise.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let type = Int(parts[0]), let length = Int(parts[1]),
            [1, 2, 4].contains(type), [0, 1, 2].contains(length), parts.count == 2 || parts[2] == "c"
        else { return nil }
        // Only 1,1 is known with a continuation byte.
        if parts.count == 3, type != 1 || length != 1 { return nil }
        self.init(typeLength: type, lengthLength: length, continues: parts.count == 3)
    }
}
