package import PluginAPI
package import RADIUS

/// What a dialect's rules find in a packet: facts that vendors put in different places. Texts are read in place: valid
/// as long as the packet.
package struct RequestFacts {
    package typealias Bytes = UnsafeRawBufferPointer

    package var mac: MACAddress?
    package var line: Bytes?
    package var port: Bytes?
    @StoredKind package var recordKind = .session
    package var parentSession: Bytes?
    package var serviceName: Bytes?
    package var inputOctets: UInt64?
    package var outputOctets: UInt64?
    package var virtualRouter: Bytes?
    package var serviceProfile: Bytes?

    /// Rules in order, the first that yields a value wins; then what RFC 2865 says where nothing was found.
    package init(_ packet: PacketView, _ dialect: borrowing DialectFacts) {
        self.init(packet, dialect.program.all)
        if port == nil { port = packet.first(AttributeNumber.nasPortID) }
    }

    /// Only what a login asks for.
    package init(login packet: PacketView, _ dialect: borrowing DialectFacts) {
        self.init(packet, dialect.program.login)
    }

    private init(_ packet: PacketView, _ steps: [FactProgram.Step]) {
        var kindFound = false
        for index in steps.indices where !steps[index].hasCondition || RequestFacts.holds(steps[index], packet) {
            apply(steps[index], packet, &kindFound)
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
        if line == nil { line = packet.first(AttributeNumber.nasPortID) }
    }

    private mutating func apply(_ step: FactProgram.Step, _ packet: PacketView, _ kindFound: inout Bool) {
        switch step.fact {
        case .mac: if mac == nil { mac = RequestFacts.first(step, packet) { RequestFacts.mac($0) } }
        case .line: if line == nil { line = RequestFacts.text(step, packet) }
        case .port: if port == nil { port = RequestFacts.text(step, packet) }
        case .parentSession: if parentSession == nil { parentSession = RequestFacts.text(step, packet) }
        case .serviceName: if serviceName == nil { serviceName = RequestFacts.text(step, packet) }
        case .virtualRouter: if virtualRouter == nil { virtualRouter = RequestFacts.text(step, packet) }
        case .serviceProfile: if serviceProfile == nil { serviceProfile = RequestFacts.text(step, packet) }
        case .inputOctets: RequestFacts.add(RequestFacts.counter(step, packet), to: &inputOctets)
        case .outputOctets: RequestFacts.add(RequestFacts.counter(step, packet), to: &outputOctets)
        case .recordKind:
            if !kindFound, RequestFacts.first(step, packet, { _ in true }) != nil {
                recordKind = step.kind
                kindFound = true
            }
        }
    }

    private static func holds(_ step: FactProgram.Step, _ packet: PacketView) -> Bool {
        guard let wanted = step.conditionValue else { return packet.first(step.conditionKey) != nil }
        let key = step.conditionKey
        return packet.flatAttributes.contains {
            $0.key.number == key.number && $0.key.vendor == key.vendor && $0.value.elementsEqual(wanted)
        }
    }

    /// Counters of several rules add up.
    private static func add(_ counter: UInt64?, to sum: inout UInt64?) {
        if let counter { sum = (sum ?? 0) &+ counter }
    }

    /// What `read` makes of the first fitting value; values are those of the step's attribute that begin with its
    /// prefix, prefix and what follows its end cut off.
    private static func first<Fact>(_ step: FactProgram.Step, _ packet: PacketView, _ read: (Bytes) -> Fact?) -> Fact? {
        if step.isStandard {
            for attribute in packet.attributes where attribute.number == step.number {
                if let value = cut(attribute.value, step), let fact = read(value) { return fact }
            }
            return nil
        }
        guard packet.hasVendorSpecific else { return nil }
        let key = step.key
        for attribute in packet.flatAttributes
        where attribute.key.number == key.number && attribute.key.vendor == key.vendor {
            if let value = cut(attribute.value, step), let fact = read(value) { return fact }
        }
        return nil
    }

    private static func cut(_ value: Bytes, _ step: FactProgram.Step) -> Bytes? {
        if step.prefix.isEmpty, step.until.isEmpty { return value }
        guard value.starts(with: step.prefix) else { return nil }
        let rest = Bytes(rebasing: value.dropFirst(step.prefix.count))
        let end = step.until
        guard !end.isEmpty, rest.count >= end.count else { return rest }
        for start in 0...(rest.count - end.count) where rest[start...].starts(with: end) {
            return Bytes(rebasing: rest[..<start])
        }
        return rest
    }

    private static func text(_ step: FactProgram.Step, _ packet: PacketView) -> Bytes? {
        first(step, packet) { $0.isEmpty ? nil : $0 }
    }

    /// Six raw bytes, or text in any usual form.
    private static func mac(_ value: Bytes) -> MACAddress? {
        if value.count != 6 { return MACAddress(text: value) }
        var bits: UInt64 = 0
        for byte in value { bits = bits << 8 | UInt64(byte) }
        return MACAddress(bits: bits)
    }

    /// Several instances add up.
    private static func counter(_ step: FactProgram.Step, _ packet: PacketView) -> UInt64? {
        var sum: UInt64?
        _ = first(step, packet) { value -> Bool? in
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
