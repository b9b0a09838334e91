package import PluginAPI
package import RADIUS

/// What a dialect's rules find in a packet: facts that vendors put in different places. Texts are read in place: valid
/// as long as the packet.
package struct RequestFacts {
    package typealias Bytes = UnsafeRawBufferPointer

    package var mac: MACAddress?
    package var line: Bytes?
    package var port: Bytes?
    package var recordKind = RecordKind.session
    package var parentSession: Bytes?
    package var serviceName: Bytes?
    package var inputOctets: UInt64?
    package var outputOctets: UInt64?
    package var virtualRouter: Bytes?
    package var serviceProfile: Bytes?

    /// Rules in order, the first that yields a value wins; then what RFC 2865 says where nothing was found.
    package init(_ packet: PacketView, _ dialect: borrowing DialectFacts) {
        var kindFound = false
        for index in dialect.rules.indices {
            let rule = dialect.rules[index]
            if rule.condition == nil || RequestFacts.holds(rule, packet) { apply(rule, packet, &kindFound) }
        }
        // A record without a kind of its own that names another session is a host record of that one.
        if !kindFound, let parent = parentSession,
            packet.first(AttributeNumber.acctSessionID).map({ !$0.elementsEqual(parent) }) ?? true
        {
            recordKind = .host
        }
        if mac == nil {
            mac = packet.first(AttributeNumber.callingStationID).flatMap { MACAddress(text: $0) }
        }
        let portID = packet.first(AttributeNumber.nasPortID)
        if port == nil { port = portID }
        if line == nil { line = portID }
    }

    private mutating func apply(_ rule: FactRule, _ packet: PacketView, _ kindFound: inout Bool) {
        switch rule.kindOfFact {
        case .mac: if mac == nil { mac = RequestFacts.first(rule, packet) { RequestFacts.mac($0) } }
        case .line: if line == nil { line = RequestFacts.text(rule, packet) }
        case .port: if port == nil { port = RequestFacts.text(rule, packet) }
        case .parentSession: if parentSession == nil { parentSession = RequestFacts.text(rule, packet) }
        case .serviceName: if serviceName == nil { serviceName = RequestFacts.text(rule, packet) }
        case .virtualRouter: if virtualRouter == nil { virtualRouter = RequestFacts.text(rule, packet) }
        case .serviceProfile: if serviceProfile == nil { serviceProfile = RequestFacts.text(rule, packet) }
        case .inputOctets: RequestFacts.add(RequestFacts.counter(rule, packet), to: &inputOctets)
        case .outputOctets: RequestFacts.add(RequestFacts.counter(rule, packet), to: &outputOctets)
        case .recordKind:
            if !kindFound, let kind = rule.kind, RequestFacts.first(rule, packet, { _ in true }) != nil {
                recordKind = kind
                kindFound = true
            }
        case nil: break
        }
    }

    private static func holds(_ rule: FactRule, _ packet: PacketView) -> Bool {
        guard let condition = rule.condition else { return true }
        guard let wanted = condition.value else { return packet.first(condition.key) != nil }
        return packet.flatAttributes.contains { $0.key == condition.key && $0.value.elementsEqual(wanted) }
    }

    /// Counters of several rules add up.
    private static func add(_ counter: UInt64?, to sum: inout UInt64?) {
        if let counter { sum = (sum ?? 0) &+ counter }
    }

    /// What `read` makes of the first fitting value; values are those of the rule's attribute that begin with its
    /// prefix, prefix and what follows its end cut off.
    private static func first<Fact>(_ rule: FactRule, _ packet: PacketView, _ read: (Bytes) -> Fact?) -> Fact? {
        if rule.isStandard {
            for attribute in packet.attributes where attribute.number == rule.standardNumber {
                if let value = cut(attribute.value, rule), let fact = read(value) { return fact }
            }
            return nil
        }
        for attribute in packet.flatAttributes where attribute.key == rule.key {
            if let value = cut(attribute.value, rule), let fact = read(value) { return fact }
        }
        return nil
    }

    private static func cut(_ value: Bytes, _ rule: FactRule) -> Bytes? {
        guard !rule.cuts else {
            guard value.starts(with: rule.prefix) else { return nil }
            return cut(Bytes(rebasing: value.dropFirst(rule.prefix.count)), at: rule.until)
        }
        return value
    }

    private static func cut(_ value: Bytes, at end: [UInt8]) -> Bytes {
        guard !end.isEmpty, value.count >= end.count else { return value }
        for start in 0...(value.count - end.count) where value[start...].starts(with: end) {
            return Bytes(rebasing: value[..<start])
        }
        return value
    }

    private static func text(_ rule: FactRule, _ packet: PacketView) -> Bytes? {
        first(rule, packet) { $0.isEmpty ? nil : $0 }
    }

    /// Six raw bytes, or text in any usual form.
    private static func mac(_ value: Bytes) -> MACAddress? {
        value.count == 6 ? MACAddress(bytes: value) : MACAddress(text: value)
    }

    /// Several instances add up.
    private static func counter(_ rule: FactRule, _ packet: PacketView) -> UInt64? {
        var sum: UInt64?
        _ = first(rule, packet) { value -> Bool? in
            add(number(value), to: &sum)
            return nil
        }
        return sum
    }

    /// Up to 8 bytes of number, after two of queue id when there are 10 (Alc-Acct-*-64); text digits otherwise.
    private static func number(_ value: Bytes) -> UInt64? {
        switch value.count {
        case 10: value.dropFirst(2).reduce(0) { $0 << 8 | UInt64($1) }
        case 4, 8: value.reduce(0) { $0 << 8 | UInt64($1) }
        default: UInt64(String(decoding: value, as: UTF8.self))
        }
    }
}

extension RequestFacts {
    /// A text of the request as the database takes it; nil when there is none, or nothing in it.
    package static func storable(_ bytes: Bytes?) -> String? {
        bytes.flatMap { $0.isEmpty ? nil : storableText($0) }
    }
}

/// Text as the database takes it: what is not UTF-8 replaced, zero bytes left out.
package func storableText(_ bytes: some Collection<UInt8>) -> String {
    bytes.contains(0)
        ? String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self) : String(decoding: bytes, as: UTF8.self)
}

extension PacketView {
    /// A standard attribute's text, fit to be stored.
    package func storable(_ number: UInt8) -> String? { first(number).map { storableText($0) } }
}
