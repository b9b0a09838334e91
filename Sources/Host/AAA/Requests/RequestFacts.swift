package import PluginAPI
package import RADIUS

/// What a dialect's rules find in a packet: facts that vendors put in different places.
package struct RequestFacts: Sendable, Hashable {
    package var mac: MACAddress?
    package var line: String?
    package var port: String?
    package var recordKind = RecordKind.session
    package var parentSession: String?
    package var serviceName: String?
    package var inputOctets: UInt64?
    package var outputOctets: UInt64?
    package var virtualRouter: String?
    package var serviceProfile: String?

    /// Rules in order, the first that yields a value wins; then what RFC 2865 says where nothing was found.
    package init(_ packet: PacketView, _ dialect: DialectFacts) {
        var kindFound = false
        for rule in dialect.rules where RequestFacts.holds(rule.condition, packet) { apply(rule, packet, &kindFound) }
        // A record without a kind of its own that names another session is a host record of that one.
        if !kindFound, let parent = parentSession, parent != packet.storable(AttributeNumber.acctSessionID) {
            recordKind = .host
        }
        if mac == nil {
            mac = packet.first(AttributeNumber.callingStationID).flatMap { MACAddress(text: $0) }
        }
        if port == nil { port = packet.storable(AttributeNumber.nasPortID) }
        if line == nil { line = packet.storable(AttributeNumber.nasPortID) }
    }

    private mutating func apply(_ rule: FactRule, _ packet: PacketView, _ kindFound: inout Bool) {
        switch rule.fact {
        case .mac: if mac == nil { mac = values(rule, packet).lazy.compactMap(RequestFacts.mac).first }
        case .line: if line == nil { line = text(rule, packet) }
        case .port: if port == nil { port = text(rule, packet) }
        case .parentSession: if parentSession == nil { parentSession = text(rule, packet) }
        case .serviceName: if serviceName == nil { serviceName = text(rule, packet) }
        case .virtualRouter: if virtualRouter == nil { virtualRouter = text(rule, packet) }
        case .serviceProfile: if serviceProfile == nil { serviceProfile = text(rule, packet) }
        case .inputOctets: RequestFacts.add(counter(rule, packet), to: &inputOctets)
        case .outputOctets: RequestFacts.add(counter(rule, packet), to: &outputOctets)
        case .recordKind:
            if !kindFound, let kind = rule.kind, !values(rule, packet).isEmpty {
                recordKind = kind
                kindFound = true
            }
        @unknown default: break
        }
    }

    private static func holds(_ condition: FactRule.Condition?, _ packet: PacketView) -> Bool {
        guard let condition else { return true }
        guard let wanted = condition.value else { return packet.first(condition.key) != nil }
        return packet.flatAttributes.contains { $0.key == condition.key && $0.value.elementsEqual(wanted) }
    }

    /// Counters of several rules add up.
    private static func add(_ counter: UInt64?, to sum: inout UInt64?) {
        if let counter { sum = (sum ?? 0) &+ counter }
    }

    /// Values of the rule's attribute that begin with its prefix, prefix and what follows its end cut off.
    private func values(_ rule: FactRule, _ packet: PacketView) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for attribute in packet.flatAttributes where attribute.key == rule.key {
            guard attribute.value.starts(with: rule.prefix) else { continue }
            let value = Array(attribute.value.dropFirst(rule.prefix.count))
            found.append(RequestFacts.cut(value, at: rule.until))
        }
        return found
    }

    private static func cut(_ value: [UInt8], at end: [UInt8]) -> [UInt8] {
        guard !end.isEmpty, value.count >= end.count else { return value }
        for start in 0...(value.count - end.count) where value[start...].starts(with: end) {
            return Array(value[..<start])
        }
        return value
    }

    private func text(_ rule: FactRule, _ packet: PacketView) -> String? {
        values(rule, packet).first.map(storableText).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Six raw bytes, or text in any usual form.
    private static func mac(_ value: [UInt8]) -> MACAddress? {
        value.count == 6 ? MACAddress(bytes: value) : MACAddress(text: value)
    }

    /// Up to 8 bytes of number, after two of queue id when there are 10 (Alc-Acct-*-64); text digits otherwise.
    /// Several instances add up.
    private func counter(_ rule: FactRule, _ packet: PacketView) -> UInt64? {
        let numbers = values(rule, packet).compactMap { value -> UInt64? in
            switch value.count {
            case 10: value.dropFirst(2).reduce(0) { $0 << 8 | UInt64($1) }
            case 4, 8: value.reduce(0) { $0 << 8 | UInt64($1) }
            default: UInt64(String(decoding: value, as: UTF8.self))
            }
        }
        return numbers.isEmpty ? nil : numbers.reduce(0) { $0 &+ $1 }
    }
}

/// Text as the database takes it: what is not UTF-8 replaced, zero bytes left out.
package func storableText(_ bytes: some Collection<UInt8>) -> String {
    String(decoding: bytes.contains(0) ? bytes.filter { $0 != 0 } : Array(bytes), as: UTF8.self)
}

extension PacketView {
    /// A standard attribute's text, fit to be stored.
    package func storable(_ number: UInt8) -> String? { first(number).map { storableText($0) } }
}
