import PluginAPI

/// The fixed part of a subscriber's compact record; lengths tell what follows it.
struct RecordHeader {
    var id: Int64 = 0
    /// Changes with every change to the subscriber.
    var version: UInt64 = 0
    /// 0 for none.
    var serviceID: Int64 = 0
    /// Seconds since 1970; `.max` for never.
    var expiry: Int64 = .max
    /// The MAC in the low 48 bits; `noMAC` for none.
    var mac: UInt64 = RecordHeader.noMAC
    /// Counts with the flag `ipv4`; the other addresses lie in the tail.
    var ipv4: UInt32 = 0
    var tierPosition: Int32 = 0
    /// -1 for the service's.
    var sessionLimit: Int32 = -1
    var flags: Flags = []
    var credentialLength: UInt16 = 0
    var nameLength: UInt8 = 0
    var lineLength: UInt8 = 0
    var saltLength: UInt8 = 0
    var credentialKind: CredentialKind = .none

    static let noMAC: UInt64 = .max
    static let size = MemoryLayout<RecordHeader>.size

    struct Flags: OptionSet {
        let rawValue: UInt16
        static let active = Flags(rawValue: 1)
        static let passwordless = Flags(rawValue: 2)
        static let learnsMAC = Flags(rawValue: 4)
        static let boundMAC = Flags(rawValue: 8)
        static let hasRules = Flags(rawValue: 16)
        static let ipv4 = Flags(rawValue: 32)
        static let ipv6 = Flags(rawValue: 64)
        static let ipv6Prefix = Flags(rawValue: 128)
        static let delegatedPrefix = Flags(rawValue: 256)
        static let interfaceID = Flags(rawValue: 512)
        static let ntHash = Flags(rawValue: 1024)
        /// `serviceID` counts.
        static let hasService = Flags(rawValue: 2048)
    }

    enum CredentialKind: UInt8 {
        case none, cleartext, ntHash, crypt, md5, sha, ssha
    }
}
