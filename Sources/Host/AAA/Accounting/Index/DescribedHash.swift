import PluginAPI

/// A hash of all that a record says of its session beside time and counters: the columns of
/// `SessionColumn.described`, and what else tells the row apart. Records of one hash need none of it written again.
enum DescribedHash {
    static func of(_ change: SessionChange) -> UInt64 {
        var hash = ValueHash()
        names(change.record, &hash)
        addresses(change.record, &hash)
        let facts = change.facts
        hash.add(facts.subscriberID)
        hash.add(facts.serviceID)
        hash.add(facts.tierPosition.map { Int64($0) })
        add(facts.parentKey, &hash)
        if let login = facts.login {
            hash.add(login.at)
            add(login.addresses.ipv4, &hash)
            add(login.addresses.ipv6, &hash)
            add(login.addresses.ipv6Prefix, &hash)
            add(login.addresses.delegatedPrefix, &hash)
        }
        return hash.result
    }

    private static func names(_ record: AccountingRecord, _ hash: inout ValueHash) {
        hash.add(record.username)
        hash.add(record.serviceName)
        hash.add(record.nasIdentifier)
        hash.add(record.virtualRouter)
        hash.add(record.nasPort.map { Int64($0) })
        hash.add(record.port)
        hash.add(record.nasPortType.map { Int64($0) })
        hash.add(record.serviceType.map { Int64($0) })
        hash.add(record.framedProtocol.map { Int64($0) })
        hash.add(record.multiSessionID)
        hash.add(record.mac.map { Int64(bitPattern: $0.bits) })
        hash.add(record.callingStationID)
        hash.add(record.calledStationID)
        hash.add(record.line)
    }

    private static func addresses(_ record: AccountingRecord, _ hash: inout ValueHash) {
        add(record.framedIP, &hash)
        add(record.framedIPv6, &hash)
        add(record.framedIPv6Prefix, &hash)
        add(record.delegatedPrefix, &hash)
        add(record.natAddress, &hash)
        hash.add(record.natPorts.map { Int64($0.lowerBound) << 16 | Int64($0.upperBound) })
        if let interface = record.interfaceID {
            hash.add(interface.reduce(0) { $0 << 8 | UInt64($1) })
        } else {
            hash.add(nil as Int64?)
        }
    }

    private static func add(_ address: IPAddress?, _ hash: inout ValueHash) {
        guard let address else { return hash.add(nil as Int64?) }
        hash.add(address.isIPv4 ? 4 : 6 as UInt64)
        hash.add(address.high)
        hash.add(address.low)
    }

    private static func add(_ prefix: IPPrefix?, _ hash: inout ValueHash) {
        add(prefix?.address, &hash)
        if let prefix { hash.add(UInt64(prefix.length)) }
    }

    private static func add(_ key: SessionKey?, _ hash: inout ValueHash) {
        guard let key else { return hash.add(nil as Int64?) }
        hash.add(key.high)
        hash.add(key.low)
    }
}
