import PluginAPI
import RADIUS

/// Writes a subscriber's compact record.
enum RecordEncoder {
    /// Bytes of a credential.
    private static let longest = 1024

    /// Writes the record to `room` (`SubscriberRecord.maximumLength` bytes) and gives its length. A credential or line that
    /// no packet could carry is left out: it can't match anything.
    static func encode(
        _ facts: SubscriberFacts, name: UnsafeRawBufferPointer, credential: CredentialView,
        line: UnsafeRawBufferPointer?, hasRules: Bool, version: UInt64, into room: UnsafeMutableRawBufferPointer
    ) -> Int {
        var header = header(facts, hasRules: hasRules, version: version)
        var tail = Tail(room: room, at: RecordHeader.size)
        // Derived once, here.
        if case .cleartext(let password, _) = credential, password.count <= longest, let hash = NTHash.of(password) {
            header.flags.insert(.ntHash)
            hash.withUnsafeBytes { tail.append($0) }
        }
        if name.count <= 255 {
            header.nameLength = UInt8(name.count)
            tail.append(name)
        }
        append(credential, &header, &tail)
        if let line, line.count <= 255 {
            header.lineLength = UInt8(line.count)
            tail.append(line)
        }
        addresses(facts.addresses, &header, &tail)
        withUnsafeBytes(of: header) { room.copyMemory(from: $0) }
        return tail.at
    }

    /// What follows the header.
    private struct Tail {
        let room: UnsafeMutableRawBufferPointer
        var at: Int

        mutating func append(_ bytes: UnsafeRawBufferPointer) {
            UnsafeMutableRawBufferPointer(rebasing: room[at...]).copyMemory(from: bytes)
            at += bytes.count
        }

        mutating func append<Value: BitwiseCopyable>(_ value: Value) { withUnsafeBytes(of: value) { append($0) } }
    }

    private static func header(_ facts: SubscriberFacts, hasRules: Bool, version: UInt64) -> RecordHeader {
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
        if hasRules { header.flags.insert(.hasRules) }
        return header
    }

    private static func append(_ credential: CredentialView, _ header: inout RecordHeader, _ tail: inout Tail) {
        switch credential {
        case .none: break
        case .cleartext(let password, _): append(.cleartext, password, &header, &tail)
        case .ntHash(let hash): hash.withUnsafeBytes { append(.ntHash, $0, &header, &tail) }
        case .crypt(let text): append(.crypt, text, &header, &tail)
        case .md5(let hash): hash.withUnsafeBytes { append(.md5, $0, &header, &tail) }
        case .sha(let hash): append(.sha, hash, &header, &tail)
        case .ssha(let hash, let salt): append(.ssha, hash, salt: salt, &header, &tail)
        }
    }

    private static func append(
        _ kind: RecordHeader.CredentialKind, _ value: UnsafeRawBufferPointer,
        salt: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0), _ header: inout RecordHeader,
        _ tail: inout Tail
    ) {
        guard value.count <= longest, salt.count <= 255 else { return }
        header.credentialKind = kind
        header.credentialLength = UInt16(value.count)
        header.saltLength = UInt8(salt.count)
        tail.append(value)
        tail.append(salt)
    }

    private static func addresses(
        _ addresses: StaticAddresses, _ header: inout RecordHeader, _ tail: inout Tail
    ) {
        if let ipv4 = addresses.ipv4 {
            header.flags.insert(.ipv4)
            header.ipv4 = UInt32(truncatingIfNeeded: ipv4.low)
        }
        if let ipv6 = addresses.ipv6 {
            header.flags.insert(.ipv6)
            append(ipv6, &tail)
        }
        append(addresses.ipv6Prefix, .ipv6Prefix, &header, &tail)
        append(addresses.delegatedPrefix, .delegatedPrefix, &header, &tail)
        if let id = addresses.interfaceID {
            header.flags.insert(.interfaceID)
            tail.append(id)
        }
    }

    private static func append(
        _ prefix: IPPrefix?, _ flag: RecordHeader.Flags, _ header: inout RecordHeader, _ tail: inout Tail
    ) {
        guard let prefix else { return }
        header.flags.insert(flag)
        append(prefix.address, &tail)
        tail.append(UInt8(prefix.length))
    }

    private static func append(_ address: IPAddress, _ tail: inout Tail) {
        tail.append(address.high)
        tail.append(address.low)
    }
}
