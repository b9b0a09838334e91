package import PluginAPI

/// All attributes, values and vendors of a set of dictionary files. Unchanging once loaded, so any thread may read it.
package final class AttributeDictionary: Sendable {
    /// In the order of their definition.
    package let attributes: [Attribute]
    package let vendors: [Vendor]
    package let diagnostics: [Diagnostic]
    package let counts: Counts
    /// The files read, in order.
    package let files: [String]

    /// What was read, counted as `tollkeeper dictionary check` prints it.
    package struct Counts: Sendable, Hashable {
        package var files = 0
        /// Definitions, doubles included.
        package var attributes = 0
        /// Names.
        package var distinctAttributes = 0
        /// Value definitions.
        package var values = 0
        /// Names of vendors.
        package var vendors = 0
    }

    private let indexByName: [String: Int]
    private let indexByPath: [[UInt32]: Int]
    private let vendorByNumber: [UInt32: Vendor]

    init(_ content: DictionaryBuilder.Content) {
        attributes = content.attributes
        vendors = content.vendors
        diagnostics = content.diagnostics
        files = content.files
        indexByName = content.indexByName
        indexByPath = content.indexByPath
        vendorByNumber = content.vendorByNumber
        counts = Counts(
            files: content.files.count, attributes: content.attributes.count,
            distinctAttributes: Set(content.attributes.map(\.name.asciiLowercased)).count, values: content.valueCount,
            vendors: Set(content.vendors.map { $0.name.asciiLowercased }).count)
    }

    /// By name, in any case; also as `Parent.Child` below a TLV and `Vendor.Name`. Of two definitions the later.
    package func attribute(named name: String) -> Attribute? {
        if let index = indexByName[name.asciiLowercased] { return attributes[index] }
        guard let dot = name.lastIndex(of: ".") else { return nil }
        let above = String(name[..<dot])
        let path = vendor(named: above).map { [26, $0.number] } ?? attribute(named: above)?.path
        guard let path else { return nil }
        let child = String(name[name.index(after: dot)...])
        return attributes.last {
            $0.path.count == path.count + 1 && $0.path.starts(with: path) && $0.name.equalsIgnoringCase(child)
        }
    }

    /// A name that leads back to the attribute: its own, or where another took that, one with its parent in front.
    /// nil when the parent has two of the name.
    package func unambiguousName(of attribute: Attribute) -> String? {
        if self.attribute(named: attribute.name)?.path == attribute.path { return attribute.name }
        let path = attribute.path
        let isVendors = path.count == 3 && path[0] == 26
        let above = isVendors ? vendor(path[1])?.name : self.attribute(path: path.dropLast()).map(\.name)
        guard let above, self.attribute(named: "\(above).\(attribute.name)")?.path == path else { return nil }
        return "\(above).\(attribute.name)"
    }

    /// Of the standard space or of a vendor's own, not below a TLV.
    package func attribute(_ key: AttributeKey) -> Attribute? {
        attribute(path: key.vendor == 0 ? [key.number] : [26, key.vendor, key.number])
    }

    /// By the numbers from the packet down.
    package func attribute(path: some Sequence<UInt32>) -> Attribute? {
        indexByPath[Array(path)].map { attributes[$0] }
    }

    package func vendor(_ number: UInt32) -> Vendor? { vendorByNumber[number] }

    /// By name, in any case.
    package func vendor(named name: String) -> Vendor? { vendors.last { $0.name.equalsIgnoringCase(name) } }

    /// The members of a structure, in order.
    func members(of attribute: Attribute) -> [Attribute] { attribute.members.map { attributes[$0] } }

    /// The shape of a vendor's attributes; the recommended one when the vendor is not known.
    func format(ofVendor number: UInt32) -> VendorFormat { vendorByNumber[number]?.format ?? .standard }

    /// The type of whatever stands at `path`; what RFC 2865 and RFC 6929 fix is known without any dictionary.
    func type(at path: [UInt32]) -> AttributeType? {
        // Some dictionaries call 26 octets; it is what RFC 2865 says all the same.
        if path == [26] { return .vendorSpecific }
        if let known = indexByPath[path] { return attributes[known].type }
        switch (path.count, path[0], path.last) {
        case (1, 241...244, _): return .extended
        case (1, 245...246, _): return .longExtended
        case (2, 241...246, 26): return .vendorSpecific
        default: return nil
        }
    }
}
