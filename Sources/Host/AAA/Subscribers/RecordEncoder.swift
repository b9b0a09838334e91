import PluginAPI
import RADIUS

/// Writes a subscriber's compact record.
enum RecordEncoder {
    /// The record's bytes. A credential or line that no packet could carry is left out: it can't match anything.
    static func encode(_ subscriber: Subscriber, version: UInt64) -> [UInt8] {
        var header = header(subscriber.facts, version: version)
        var tail: [UInt8] = []
        tail.reserveCapacity(128)
        let name = Array(subscriber.username.utf8)
        if name.count <= 255 {
            header.nameLength = UInt8(name.count)
            tail += name
        }
        let hash = credential(subscriber.credential, &header, &tail)
        if let line = subscriber.lineID.map({ Array($0.utf8) }), line.count <= 255 {
            header.lineLength = UInt8(line.count)
            tail += line
        }
        addresses(subscriber.addresses, &header, &tail)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(RecordHeader.size + 16 + tail.count)
        withUnsafeBytes(of: header) { bytes += $0 }
        if let hash { hash.withUnsafeBytes { bytes += $0 } }
        return bytes + tail
    }

    private static func header(_ facts: SubscriberFacts, version: UInt64) -> RecordHeader {
        var header = RecordHeader()
        header.id = facts.id
        header.version = version
        header.expiry = facts.expiry ?? .max
        header.mac = facts.mac?.bits ?? RecordHeader.noMAC
        header.tierPosition = Int32(clamping: facts.tierPosition)
        header.sessionLimit = facts.sessionLimit.map { Int32(clamping: max(0, $0)) } ?? -1
        if let service = facts.serviceID {
            header.serviceID = service
            header.flags.insert(.hasService)
        }
        if facts.isActive { header.flags.insert(.active) }
        if facts.isPasswordless { header.flags.insert(.passwordless) }
        if facts.macBinding == .learn { header.flags.insert(.learnsMAC) }
        if facts.macBinding == .bound { header.flags.insert(.boundMAC) }
        if !facts.checks.isEmpty || !facts.replies.isEmpty { header.flags.insert(.hasRules) }
        return header
    }

    /// Appends the credential; the NT hash, derived once here, when it is a cleartext one.
    private static func credential(
        _ credential: Credential, _ header: inout RecordHeader, _ tail: inout [UInt8]
    ) -> Bytes16? {
        let (kind, value, salt): (RecordHeader.CredentialKind, [UInt8], [UInt8]) =
            switch credential {
            case .none: (.none, [], [])
            case .cleartext(let password): (.cleartext, password, [])
            case .ntHash(let hash): (.ntHash, hash.bytes, [])
            case .crypt(let text): (.crypt, Array(text.utf8), [])
            case .md5(let hash): (.md5, hash.bytes, [])
            case .sha(let hash): (.sha, hash, [])
            case .ssha(let hash, let salt): (.ssha, hash, salt)
            }
        guard value.count <= 1024, salt.count <= 255 else { return nil }
        header.credentialKind = kind
        header.credentialLength = UInt16(value.count)
        header.saltLength = UInt8(salt.count)
        tail += value
        tail += salt
        guard kind == .cleartext, let hash = NTHash.of(value) else { return nil }
        header.flags.insert(.ntHash)
        return hash
    }

    private static func addresses(
        _ addresses: StaticAddresses, _ header: inout RecordHeader, _ tail: inout [UInt8]
    ) {
        if let ipv4 = addresses.ipv4 {
            header.flags.insert(.ipv4)
            header.ipv4 = UInt32(truncatingIfNeeded: ipv4.low)
        }
        if let ipv6 = addresses.ipv6 {
            header.flags.insert(.ipv6)
            append(ipv6, &tail)
        }
        for (prefix, flag) in [
            (addresses.ipv6Prefix, RecordHeader.Flags.ipv6Prefix), (addresses.delegatedPrefix, .delegatedPrefix),
        ] {
            guard let prefix else { continue }
            header.flags.insert(flag)
            append(prefix.address, &tail)
            tail.append(UInt8(prefix.length))
        }
        if let id = addresses.interfaceID {
            header.flags.insert(.interfaceID)
            withUnsafeBytes(of: id) { tail += $0 }
        }
    }

    private static func append(_ address: IPAddress, _ tail: inout [UInt8]) {
        withUnsafeBytes(of: address.high) { tail += $0 }
        withUnsafeBytes(of: address.low) { tail += $0 }
    }
}
