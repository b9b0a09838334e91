package import PluginAPI

/// How one dialect's packets are read, its attribute names resolved.
package struct DialectFacts: Sendable {
    package var rules: [FactRule] { didSet { program = FactProgram(rules) } }
    /// The rules as packets run them.
    private(set) var program: FactProgram
    package var swapsOctets: Bool
    package var sendsGigawords: Bool

    /// RFC 2865 to 2869 and nothing more.
    package static let plain = DialectFacts(rules: [], swapsOctets: false, sendsGigawords: true)

    package init(rules: [FactRule], swapsOctets: Bool, sendsGigawords: Bool) {
        self.rules = rules
        program = FactProgram(rules)
        self.swapsOctets = swapsOctets
        self.sendsGigawords = sendsGigawords
    }
}

/// A `RequestRule` by number.
package struct FactRule: Sendable {
    package let fact: RequestFact
    package let key: AttributeKey
    package let prefix: [UInt8]
    /// What follows it is cut off; empty for nothing.
    package let until: [UInt8]
    package let kind: RecordKind?
    package let condition: Condition?

    /// The fact in the host's own terms, since this is asked for every packet; nil for one that this version does not
    /// know.
    let kindOfFact: Kind?
    /// A standard attribute, which needs no look inside the vendors'.
    let isStandard: Bool
    let standardNumber: UInt8

    /// `RequestFact`, closed.
    enum Kind {
        case mac, line, port, recordKind, parentSession, serviceName, inputOctets, outputOctets, virtualRouter
        case serviceProfile
    }

    package init(
        fact: RequestFact, key: AttributeKey, prefix: [UInt8] = [], until: [UInt8] = [], kind: RecordKind? = nil,
        condition: Condition? = nil
    ) {
        self.fact = fact
        self.key = key
        self.prefix = prefix
        self.until = until
        self.kind = kind
        self.condition = condition
        kindOfFact = FactRule.kind(of: fact)
        isStandard = key.vendor == 0 && key.number <= 255 && key.number != 26
        standardNumber = UInt8(truncatingIfNeeded: key.number)
    }

    private static func kind(of fact: RequestFact) -> Kind? {
        switch fact {
        case .mac: .mac
        case .line: .line
        case .port: .port
        case .recordKind: .recordKind
        case .parentSession: .parentSession
        case .serviceName: .serviceName
        case .inputOctets: .inputOctets
        case .outputOctets: .outputOctets
        case .virtualRouter: .virtualRouter
        case .serviceProfile: .serviceProfile
        @unknown default: nil
        }
    }

    /// Another attribute that the packet must have, with this value if one is given.
    package struct Condition: Sendable {
        package let key: AttributeKey
        /// As the wire has it.
        package let value: [UInt8]?
    }
}
