package import PluginAPI
package import RADIUS

/// A subscriber's compact record, read in place: the header, then NT hash, name, credential, line and further addresses as
/// the header says. Valid as long as the bytes are.
package struct SubscriberRecord {
    let bytes: UnsafeRawBufferPointer
    let header: RecordHeader

    /// No attribute of a login is longer; nor is a record.
    package static let maximumLength = 2048

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        header = bytes.loadUnaligned(as: RecordHeader.self)
    }

    package var id: Int64 { header.id }
    package var version: UInt64 { header.version }
    package var isPasswordless: Bool { header.flags.contains(.passwordless) }
    package var mac: MACAddress? { header.mac == RecordHeader.noMAC ? nil : MACAddress(bits: header.mac) }

    private var nameAt: Int { RecordHeader.size + (header.flags.contains(.ntHash) ? 16 : 0) }
    private var credentialAt: Int { nameAt + Int(header.nameLength) }
    private var lineAt: Int { credentialAt + Int(header.credentialLength) + Int(header.saltLength) }
    private var addressesAt: Int { lineAt + Int(header.lineLength) }

    private func slice(_ start: Int, _ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count)])
    }

    package var name: UnsafeRawBufferPointer { slice(nameAt, Int(header.nameLength)) }

    package var line: UnsafeRawBufferPointer? { header.lineLength == 0 ? nil : slice(lineAt, Int(header.lineLength)) }

    package var credential: CredentialView {
        let value = slice(credentialAt, Int(header.credentialLength))
        switch header.credentialKind {
        case .none: return .none
        case .cleartext:
            let kept = header.flags.contains(.ntHash) ? Bytes16(slice(RecordHeader.size, 16)) : nil
            return .cleartext(value, ntHash: kept)
        case .ntHash: return .ntHash(Bytes16(value))
        case .crypt: return .crypt(value)
        case .md5: return .md5(Bytes16(value))
        case .sha: return .sha(value)
        case .ssha:
            return .ssha(value, salt: slice(credentialAt + Int(header.credentialLength), Int(header.saltLength)))
        }
    }

    /// Without check and reply rules, which the store keeps apart.
    package var facts: SubscriberFacts {
        let flags = header.flags
        var facts = SubscriberFacts(
            id: header.id, serviceID: flags.contains(.hasService) ? header.serviceID : nil,
            tierPosition: Int(header.tierPosition), isActive: flags.contains(.active),
            expiry: header.expiry == .max ? nil : header.expiry, mac: mac, macBinding: binding,
            isPasswordless: flags.contains(.passwordless),
            sessionLimit: header.sessionLimit < 0 ? nil : Int(header.sessionLimit))
        readAddresses(flags, into: &facts.addresses)
        return facts
    }

    private var binding: MACBinding {
        if header.flags.contains(.boundMAC) { return .bound }
        return header.flags.contains(.learnsMAC) ? .learn : .off
    }

    private func readAddresses(_ flags: RecordHeader.Flags, into addresses: inout StaticAddresses) {
        if flags.contains(.ipv4) { addresses.ipv4 = IPAddress(ipv4: header.ipv4) }
        var at = addressesAt
        if flags.contains(.ipv6) { addresses.ipv6 = ipv6(&at) }
        if flags.contains(.ipv6Prefix) { addresses.ipv6Prefix = prefix(&at) }
        if flags.contains(.delegatedPrefix) { addresses.delegatedPrefix = prefix(&at) }
        if flags.contains(.interfaceID) { addresses.interfaceID = half(&at) }
    }

    private func half(_ at: inout Int) -> UInt64 {
        defer { at += 8 }
        return bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    }

    private func ipv6(_ at: inout Int) -> IPAddress {
        let high = half(&at)
        return IPAddress(high: high, low: half(&at))
    }

    private func prefix(_ at: inout Int) -> IPPrefix? {
        let address = ipv6(&at)
        defer { at += 1 }
        return IPPrefix(address: address, length: Int(bytes[at]))
    }
}

extension SubscriberRecord {
    /// The subscriber whole again, for people and for changing it; its rules excepted.
    func subscriber() -> Subscriber {
        Subscriber(
            facts: facts, username: String(decoding: name, as: UTF8.self), credential: ownCredential,
            lineID: line.map { String(decoding: $0, as: UTF8.self) })
    }

    private var ownCredential: Credential {
        switch credential {
        case .none: .none
        case .cleartext(let password, _): .cleartext(Array(password))
        case .ntHash(let hash): .ntHash(hash)
        case .crypt(let text): .crypt(String(decoding: text, as: UTF8.self))
        case .md5(let hash): .md5(hash)
        case .sha(let hash): .sha(Array(hash))
        case .ssha(let hash, let salt): .ssha(Array(hash), salt: Array(salt))
        }
    }
}
