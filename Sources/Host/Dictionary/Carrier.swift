/// The outermost wrapping of an attribute, as its path tells; what the path goes on with are TLVs inside.
enum Carrier: Hashable {
    case standard(UInt32)
    /// What follows the vendor's number, as it is.
    case vendorPayload(UInt32)
    case vendor(UInt32, VendorFormat, UInt32)
    case extended(UInt32, UInt32)
    case longExtended(UInt32, UInt32)

    /// The carrier of `path`, the bytes that belong in front of the TLVs, and how many numbers of the path are used.
    /// nil when a number does not fit its place.
    static func of(_ path: [UInt32], _ dictionary: AttributeDictionary) -> (
        carrier: Carrier, prefix: [UInt8], depth: Int
    )? {
        guard let first = path.first, first <= 255 else { return nil }
        switch dictionary.type(at: [first]) {
        case .vendorSpecific where path.count == 2: return (.vendorPayload(path[1]), [], 2)
        case .vendorSpecific where path.count > 2:
            let format = dictionary.format(ofVendor: path[1])
            guard format.typeLength == 4 || path[2] < UInt32(1) << UInt32(8 * format.typeLength) else { return nil }
            return (.vendor(path[1], format, path[2]), [], 3)
        case .extended where path.count > 1: return extended(path, isLong: false, dictionary)
        case .longExtended where path.count > 1: return extended(path, isLong: true, dictionary)
        default: return (.standard(first), [], 1)
        }
    }

    private static func extended(
        _ path: [UInt32], isLong: Bool, _ dictionary: AttributeDictionary
    ) -> (carrier: Carrier, prefix: [UInt8], depth: Int)? {
        guard path[1] <= 255 else { return nil }
        let carrier = isLong ? Carrier.longExtended(path[0], path[1]) : .extended(path[0], path[1])
        guard path.count > 3, dictionary.type(at: [path[0], path[1]]) == .vendorSpecific else {
            return (carrier, [], 2)
        }
        guard path[3] <= 255 else { return nil }
        return (carrier, ValueEncoder.bigEndian(UInt64(path[2]), 4) + [UInt8(path[3])], 4)
    }

    /// Bytes of a value that one attribute can carry.
    var room: Int {
        switch self {
        case .standard: 253
        case .vendorPayload: 249
        case .vendor(_, let format, _): 249 - format.headerLength
        case .extended: 252
        case .longExtended: 251
        }
    }

    /// Whether a longer value may go on in further attributes by the carrier's own means.
    var splits: Bool {
        switch self {
        case .vendor(_, let format, _): format.continues
        case .longExtended: true
        default: false
        }
    }

    /// One whole attribute. `more` says that another with the rest follows; `part` fits `room`.
    func attribute(_ part: ArraySlice<UInt8>, more: Bool) -> [UInt8] {
        let inside: [UInt8]
        let number: UInt32
        switch self {
        case .standard(let type): (number, inside) = (type, [])
        case .vendorPayload(let vendor): (number, inside) = (26, ValueEncoder.bigEndian(UInt64(vendor), 4))
        case .vendor(let vendor, let format, let type):
            let length = format.headerLength + part.count
            (number, inside) = (
                26,
                ValueEncoder.bigEndian(UInt64(vendor), 4) + ValueEncoder.bigEndian(UInt64(type), format.typeLength)
                    + ValueEncoder.bigEndian(UInt64(length), format.lengthLength)
                    + (format.continues ? [more ? 0x80 : 0] : [])
            )
        case .extended(let type, let extended): (number, inside) = (type, [UInt8(extended)])
        case .longExtended(let type, let extended): (number, inside) = (type, [UInt8(extended), more ? 0x80 : 0])
        }
        return [UInt8(number), UInt8(2 + inside.count + part.count)] + inside + part
    }
}
