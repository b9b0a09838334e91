/// What the bytes of a value mean (RFC 8044 section 3, and what the dictionaries of the field add to it).
package enum AttributeType: Sendable, Hashable {
    /// UTF-8 text; `length` when every value has exactly that many bytes.
    case string(length: Int?)
    /// Bytes without further meaning; `length` when every value has exactly that many.
    case octets(length: Int?)
    case ipv4Address, ipv6Address, ipv4Prefix, ipv6Prefix
    /// Either family, told apart by the length.
    case ipAddress, ipPrefix
    /// Eight bytes (RFC 3162 section 2.2).
    case interfaceID
    case ethernet
    /// Seconds since 1970, 4 bytes.
    case date
    /// Seconds, 4 bytes.
    case timeDelta
    case boolean
    /// 8, 16, 32 or 64 bits, network order.
    case unsigned(bits: Int)
    case signed(bits: Int)
    /// 32 or 64 bits, IEEE 754.
    case float(bits: Int)
    /// A filter in Ascend's binary form; shown and given as hex.
    case ascendBinary
    /// A part of a byte or of several, inside a structure only.
    case bits(Int)
    case tlv
    case structure
    /// A 4-byte vendor number, then what the vendor's format says (RFC 2865 section 5.26, RFC 6929 section 2.4).
    case vendorSpecific
    /// Type and extended type (RFC 6929 section 2.1).
    case extended
    /// The same with a flags byte, for values of more than one attribute (RFC 6929 section 2.2).
    case longExtended
    /// Holds other attributes; never on the wire by itself.
    case group

    /// Every spelling of versions 3 and 4 and of RFC 8044, in lower case.
    private static let names: [String: AttributeType] = [
        "string": .string(length: nil), "text": .string(length: nil), "octets": .octets(length: nil),
        "bytes": .octets(length: nil), "ipaddr": .ipv4Address, "ipv4addr": .ipv4Address, "ipv6addr": .ipv6Address,
        "ipv4prefix": .ipv4Prefix, "ipv6prefix": .ipv6Prefix, "combo-ip": .ipAddress, "combo-ip-addr": .ipAddress,
        "combo-ip-prefix": .ipPrefix, "combo-prefix": .ipPrefix, "ifid": .interfaceID, "ether": .ethernet,
        "ethernet": .ethernet, "date": .date, "time": .date, "time_delta": .timeDelta, "bool": .boolean,
        "byte": .unsigned(bits: 8), "uint8": .unsigned(bits: 8), "short": .unsigned(bits: 16),
        "uint16": .unsigned(bits: 16), "integer": .unsigned(bits: 32), "uint32": .unsigned(bits: 32),
        "enum": .unsigned(bits: 32), "integer64": .unsigned(bits: 64), "uint64": .unsigned(bits: 64),
        "signed": .signed(bits: 32), "int8": .signed(bits: 8), "int16": .signed(bits: 16),
        "int32": .signed(bits: 32), "int64": .signed(bits: 64), "float32": .float(bits: 32),
        "float64": .float(bits: 64), "abinary": .ascendBinary, "tlv": .tlv, "struct": .structure,
        "vsa": .vendorSpecific, "evs": .vendorSpecific, "vendor": .vendorSpecific, "extended": .extended,
        "long-extended": .longExtended, "long_extended": .longExtended, "extended-long": .longExtended,
        "group": .group, "union": .octets(length: nil), "attribute": .octets(length: nil),
    ]

    /// From a dictionary's word (`integer`, `octets[16]`, `bit[4]`), in any case; nil when it is not one.
    package init?(name: String) {
        if let known = AttributeType.names[name] ?? AttributeType.names[name.asciiLowercased] {
            self = known
            return
        }
        let parts = name.asciiLowercased.split(separator: "[", maxSplits: 1)
        guard parts.count == 2, parts[1].hasSuffix("]"), let size = Int(parts[1].dropLast()), size > 0 else {
            return nil
        }
        switch parts[0] {
        case "string", "text": self = .string(length: size)
        case "octets", "bytes": self = .octets(length: size)
        case "bit" where size <= 56: self = .bits(size)
        default: return nil
        }
    }

    /// The word of the text dictionaries, version 3's where it has one.
    package var name: String {
        switch self {
        case .string(let length): length.map { "string[\($0)]" } ?? "string"
        case .octets(let length): length.map { "octets[\($0)]" } ?? "octets"
        case .unsigned(let bits): [8: "byte", 16: "short", 32: "integer"][bits] ?? "integer64"
        case .signed(let bits): bits == 32 ? "signed" : "int\(bits)"
        case .float(let bits): "float\(bits)"
        case .bits(let count): "bit[\(count)]"
        case .ipv4Address: "ipaddr"
        case .ipv6Address: "ipv6addr"
        case .ipv4Prefix: "ipv4prefix"
        case .ipv6Prefix: "ipv6prefix"
        case .ipAddress: "combo-ip"
        case .ipPrefix: "combo-ip-prefix"
        case .interfaceID: "ifid"
        case .ethernet: "ether"
        case .date: "date"
        case .timeDelta: "time_delta"
        case .boolean: "bool"
        case .ascendBinary: "abinary"
        case .tlv: "tlv"
        case .structure: "struct"
        case .vendorSpecific: "vsa"
        case .extended: "extended"
        case .longExtended: "long-extended"
        case .group: "group"
        }
    }

    /// Bytes of every value, when all have the same; nil when the length varies.
    package var fixedLength: Int? {
        switch self {
        case .string(let length), .octets(let length): length
        case .ipv4Address, .date, .timeDelta: 4
        case .ipv6Address: 16
        case .interfaceID: 8
        case .ethernet: 6
        case .boolean: 1
        case .unsigned(let bits), .signed(let bits), .float(let bits): bits / 8
        default: nil
        }
    }

    /// Whether the value is made of other attributes.
    package var isContainer: Bool {
        switch self {
        case .tlv, .structure, .vendorSpecific, .extended, .longExtended, .group: true
        default: false
        }
    }
}
