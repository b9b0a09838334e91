package import PluginAPI

/// How one dialect's packets are read, its attribute names resolved.
package struct DialectFacts: Sendable {
    package var rules: [FactRule]
    package var swapsOctets: Bool
    package var sendsGigawords: Bool

    /// RFC 2865 to 2869 and nothing more.
    package static let plain = DialectFacts(rules: [], swapsOctets: false, sendsGigawords: true)

    package init(rules: [FactRule], swapsOctets: Bool, sendsGigawords: Bool) {
        self.rules = rules
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
    }

    /// Another attribute that the packet must have, with this value if one is given.
    package struct Condition: Sendable {
        package let key: AttributeKey
        /// As the wire has it.
        package let value: [UInt8]?
    }
}
