/// How an attribute's value is hidden on the wire.
package enum Encryption: UInt8, Sendable, Hashable {
    case none = 0
    /// RFC 2865 section 5.2 (`encrypt=1`).
    case userPassword = 1
    /// RFC 2868 section 3.5, with a salt (`encrypt=2`).
    case tunnelPassword = 2
    /// Ascend-Send-Secret and its kin: 16 bytes (`encrypt=3`).
    case ascendSecret = 3

    /// From the word after `encrypt=`: a digit, or version 4's names.
    init?(word: Substring) {
        switch String(word).asciiLowercased {
        case "0", "none": self = .none
        case "1", "user-password": self = .userPassword
        case "2", "tunnel-password": self = .tunnelPassword
        case "3", "ascend-secret": self = .ascendSecret
        default: return nil
        }
    }
}

/// What a dictionary says of an attribute beside its type.
package struct AttributeFlags: Sendable, Hashable {
    package var encryption: Encryption = .none
    /// A tag byte goes before the value (RFC 2868 section 3.1).
    package var hasTag = false
    /// One value may fill several attributes (RFC 3579 section 3.1).
    package var isConcatenated = false
    /// Several values may stand in one attribute.
    package var isArray = false
    /// Never sent: a check item or a name of the server's own.
    package var isInternal = false
    /// Never shown.
    package var isSecret = false
    /// Bytes of the length before the value (`length=uint8|uint16`), 0 when there is none.
    package var lengthPrefix = 0
    /// The member of a structure that says which structure follows.
    package var isKey = false

    package init() {}
}
