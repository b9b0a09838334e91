package import PluginAPI
package import RADIUS

/// Reads an Accounting-Request by the rules of its NAS' dialect. Pure.
package enum AccountingReader {
    /// nil for a status that is none of session accounting (Tunnel-*, Link-*, Failed): it is answered and not stored.
    package static func read(
        _ packet: PacketView, nas: NAS, dialect: DialectFacts, source: IPAddress, arrival: Int64
    ) -> AccountingRecord? {
        read(packet, nasID: nas.id, octets: nas.octets, dialect: dialect, source: source, arrival: arrival)
    }

    /// The same for a NAS of which only that is known.
    package static func read(
        _ packet: PacketView, nasID: Int64, octets direction: OctetDirection, dialect: DialectFacts,
        source: IPAddress, arrival: Int64
    ) -> AccountingRecord? {
        let first = FirstAttributes(packet)
        guard let status = first.integer(AttributeNumber.acctStatusType).flatMap(AccountingRecord.Status.init)
        else { return nil }
        let facts = RequestFacts(packet, dialect)
        let octets = Octets(first, facts, swapped: swaps(direction, dialect))
        let delay = delay(first)
        let nat = NATRange(packet)
        let time = EventTime(first, arrival)
        let session = first.integer(AttributeNumber.acctSessionTime)
        let line = RequestFacts.storable(facts.line)
        return AccountingRecord(
            status: status, nasID: nasID, nasIP: nasIP(first) ?? source,
            nasIdentifier: first.storable(AttributeNumber.nasIdentifier),
            virtualRouter: RequestFacts.storable(facts.virtualRouter),
            username: first.storable(AttributeNumber.userName),
            acctSessionID: first.storable(AttributeNumber.acctSessionID) ?? "",
            multiSessionID: first.storable(AttributeNumber.acctMultiSessionID), classKey: classKey(packet),
            kind: facts.recordKind, serviceName: RequestFacts.storable(facts.serviceName),
            parentSession: RequestFacts.storable(facts.parentSession),
            eventTime: time.believed - delay, hasEventTimestamp: time.isTold, distrustedTime: time.distrusted,
            delaySeconds: delay,
            sessionSeconds: Int64(session ?? 0), hasSessionTime: session != nil, inputOctets: octets.input,
            outputOctets: octets.output, hasOctets: octets.present, inputPackets: octets.inputPackets,
            outputPackets: octets.outputPackets, sendsGigawords: octets.sawGigawords || dialect.sendsGigawords,
            mac: facts.mac, line: line, port: isSame(facts.line, facts.port) ? line : RequestFacts.storable(facts.port),
            nasPort: first.integer(AttributeNumber.nasPort),
            nasPortType: first.integer(AttributeNumber.nasPortType),
            serviceType: first.integer(AttributeNumber.serviceType),
            framedProtocol: first.integer(AttributeNumber.framedProtocol),
            callingStationID: first.storable(AttributeNumber.callingStationID),
            calledStationID: first.storable(AttributeNumber.calledStationID),
            framedIP: first.address(AttributeNumber.framedIPAddress),
            framedIPv6: first.address(AttributeNumber.framedIPv6Address),
            framedIPv6Prefix: first[AttributeNumber.framedIPv6Prefix].flatMap(prefix),
            delegatedPrefix: first[AttributeNumber.delegatedIPv6Prefix].flatMap(prefix),
            interfaceID: first[AttributeNumber.framedInterfaceID].flatMap { $0.count == 8 ? Array($0) : nil },
            natAddress: nat?.address, natPorts: nat?.ports,
            terminateCause: first.integer(AttributeNumber.acctTerminateCause))
    }

    /// Whether both are the same bytes of the packet: most routers name line and port in one attribute.
    private static func isSame(_ one: RequestFacts.Bytes?, _ other: RequestFacts.Bytes?) -> Bool {
        one?.baseAddress == other?.baseAddress && one?.count == other?.count
    }

    private static func nasIP(_ first: FirstAttributes) -> IPAddress? {
        let hasIPv4 = first[AttributeNumber.nasIPAddress] != nil
        return first.address(hasIPv4 ? AttributeNumber.nasIPAddress : AttributeNumber.nasIPv6Address)
    }

    /// The NAS' own name for itself, IPv4 or IPv6.
    package static func nasIP(_ packet: PacketView) -> IPAddress? {
        let value = packet.first(AttributeNumber.nasIPAddress) ?? packet.first(AttributeNumber.nasIPv6Address)
        return value.flatMap { IPAddress(bytes: $0) }
    }

    private static func swaps(_ direction: OctetDirection, _ dialect: DialectFacts) -> Bool {
        switch direction {
        case .dialect: dialect.swapsOctets
        case .straight: false
        case .swapped: true
        }
    }

    /// Acct-Delay-Time; 0 for one that can't be meant.
    private static func delay(_ first: FirstAttributes) -> Int64 {
        let sent = Int64(first.integer(AttributeNumber.acctDelayTime) ?? 0)
        return sent <= EventTime.longestDelaySeconds ? sent : 0
    }

    private static func classKey(_ packet: PacketView) -> SessionKey? {
        for attribute in packet.attributes where attribute.number == AttributeNumber.classAttribute {
            if let key = ClassValue.decode(attribute.value) { return key }
        }
        return nil
    }

    /// Reserved byte, length, then as many bytes as the sender thought fit (RFC 3162 section 2.3).
    private static func prefix(_ value: UnsafeRawBufferPointer) -> IPPrefix? {
        guard (2...18).contains(value.count), value[1] <= 128 else { return nil }
        let bytes = Array(value.dropFirst(2)) + Array(repeating: 0, count: 18 - value.count)
        return IPAddress(bytes: bytes).flatMap { IPPrefix(address: $0, length: Int(value[1])) }
    }
}

/// The counters of one record, in the subscriber's sense.
private struct Octets {
    var input: UInt64
    var output: UInt64
    var inputPackets: UInt64
    var outputPackets: UInt64
    var present: Bool
    var sawGigawords: Bool

    init(_ first: FirstAttributes, _ facts: RequestFacts, swapped: Bool) {
        let low = (
            first.integer(AttributeNumber.acctInputOctets), first.integer(AttributeNumber.acctOutputOctets)
        )
        let high = (
            first.integer(AttributeNumber.acctInputGigawords), first.integer(AttributeNumber.acctOutputGigawords)
        )
        let combined = { (low: UInt32?, high: UInt32?) in UInt64(high ?? 0) << 32 | UInt64(low ?? 0) }
        input = facts.inputOctets ?? combined(low.0, high.0)
        output = facts.outputOctets ?? combined(low.1, high.1)
        inputPackets = UInt64(first.integer(AttributeNumber.acctInputPackets) ?? 0)
        outputPackets = UInt64(first.integer(AttributeNumber.acctOutputPackets) ?? 0)
        present = low.0 != nil || low.1 != nil || facts.inputOctets != nil || facts.outputOctets != nil
        sawGigawords = high.0 != nil || high.1 != nil || facts.inputOctets != nil
        if swapped {
            swap(&input, &output)
            swap(&inputPackets, &outputPackets)
        }
    }
}
