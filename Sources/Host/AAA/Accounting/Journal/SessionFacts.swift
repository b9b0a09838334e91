import PluginAPI

/// Whose a record is, as it was found when the record came: kept with the record, because what it was found by (the
/// login, the subscriber) may be gone when the journal is read again.
package struct SessionFacts: Sendable, Hashable {
    package var key: SessionKey
    package var parentKey: SessionKey?
    package var subscriberID: Int64?
    package var serviceID: Int64?
    package var tierPosition: Int?
    package var login: SentLogin?

    package init(key: SessionKey) { self.key = key }

    /// Each bit says that the part is there.
    private struct Parts: OptionSet {
        let rawValue: UInt64
        static let parent = Parts(rawValue: 1)
        static let subscriber = Parts(rawValue: 2)
        static let service = Parts(rawValue: 4)
        static let tier = Parts(rawValue: 8)
        static let login = Parts(rawValue: 16)
    }

    func append(to bytes: inout [UInt8]) {
        var parts: Parts = []
        if parentKey != nil { parts.insert(.parent) }
        if subscriberID != nil { parts.insert(.subscriber) }
        if serviceID != nil { parts.insert(.service) }
        if tierPosition != nil { parts.insert(.tier) }
        if login != nil { parts.insert(.login) }
        bytes.appendBig(parts.rawValue, bytes: 1)
        bytes.append(key: key)
        if let parentKey { bytes.append(key: parentKey) }
        if let subscriberID { bytes.appendBig(UInt64(bitPattern: subscriberID), bytes: 8) }
        if let serviceID { bytes.appendBig(UInt64(bitPattern: serviceID), bytes: 8) }
        if let tierPosition { bytes.appendBig(UInt64(bitPattern: Int64(tierPosition)), bytes: 8) }
        login?.append(to: &bytes)
    }

    init?(_ bytes: inout ArraySlice<UInt8>) {
        guard let raw = bytes.takeBig(1), let key = bytes.takeKey() else { return nil }
        let parts = Parts(rawValue: raw)
        self.init(key: key)
        if parts.contains(.parent) {
            guard let parent = bytes.takeKey() else { return nil }
            parentKey = parent
        }
        if parts.contains(.subscriber) {
            guard let value = bytes.takeSigned() else { return nil }
            subscriberID = value
        }
        if parts.contains(.service) {
            guard let value = bytes.takeSigned() else { return nil }
            serviceID = value
        }
        if parts.contains(.tier) {
            guard let value = bytes.takeSigned() else { return nil }
            tierPosition = Int(value)
        }
        if parts.contains(.login) {
            guard let login = SentLogin(&bytes) else { return nil }
            self.login = login
        }
    }
}

extension SentLogin {
    func append(to bytes: inout [UInt8]) {
        bytes.appendBig(UInt64(bitPattern: at), bytes: 8)
        bytes.appendBig(UInt64(bitPattern: subscriberID), bytes: 8)
        bytes.append(serviceID == nil ? 0 : 1)
        bytes.appendBig(UInt64(bitPattern: serviceID ?? 0), bytes: 8)
        bytes.appendBig(UInt64(bitPattern: Int64(tierPosition)), bytes: 8)
        bytes.append(prefix: addresses.ipv4.flatMap { IPPrefix(address: $0, length: 32) })
        bytes.append(prefix: addresses.ipv6.flatMap { IPPrefix(address: $0, length: 128) })
        bytes.append(prefix: addresses.ipv6Prefix)
        bytes.append(prefix: addresses.delegatedPrefix)
    }

    init?(_ bytes: inout ArraySlice<UInt8>) {
        guard let at = bytes.takeSigned(), let subscriber = bytes.takeSigned(), let hasService = bytes.takeBig(1),
            let service = bytes.takeSigned(), let tier = bytes.takeSigned(), let ipv4 = bytes.takeAddress(isIPv4: true),
            let ipv6 = bytes.takeAddress(isIPv4: false), let prefix = bytes.takePrefix(),
            let delegated = bytes.takePrefix()
        else { return nil }
        var addresses = StaticAddresses()
        addresses.ipv4 = ipv4
        addresses.ipv6 = ipv6
        addresses.ipv6Prefix = prefix
        addresses.delegatedPrefix = delegated
        self.init(
            at: at, subscriberID: subscriber, serviceID: hasService == 1 ? service : nil, tierPosition: Int(tier),
            addresses: addresses)
    }
}
