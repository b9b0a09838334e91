/// How a vendor's routers speak RADIUS. Asked when policy is compiled, never while a packet waits.
public protocol NASDialect: Plugin {
    /// The dialects spoken; constant after `init`.
    var dialects: [Dialect] { get }

    /// Writes the reply attributes of a plan at a tier. Throws, naming the value, when the vendor can't carry it.
    func reply(for plan: Plan, dialect: String, into reply: inout ReplyBuilder) throws

    /// Profiles that the router downloads by name (Cisco ISG: an Access-Request whose User-Name is a service).
    func serviceProfiles(for plan: Plan, dialect: String) throws -> [ServiceProfile]

    /// What CoA-Requests carry, one after the other, to take a live session from one plan or tier to another; empty
    /// when no CoA can do it. The attributes that name the session are added by the host.
    func change(from old: Plan, to new: Plan, dialect: String) throws -> [ChangeStep]
}

extension NASDialect {
    public func serviceProfiles(for plan: Plan, dialect: String) throws -> [ServiceProfile] { [] }

    /// One request with those attributes of the new reply that the dialect can change.
    public func change(from old: Plan, to new: Plan, dialect: String) throws -> [ChangeStep] {
        let changeable = dialects.first { $0.id == dialect }?.capabilities.coaAttributes ?? []
        var builder = ReplyBuilder()
        try reply(for: new, dialect: dialect, into: &builder)
        let attributes = builder.attributes.filter { changeable.contains($0.name) }
        return attributes.isEmpty ? [] : [ChangeStep(attributes: attributes)]
    }
}

/// One dialect: facts the host reads requests and accounting with, without calling the plugin.
public struct Dialect: Sendable, Hashable {
    /// `mikrotik`, `generic/cisco`: what a NAS is registered with.
    public var id: String
    public var title: String
    public var requests: [RequestRule]
    public var accounting: AccountingReading
    public var capabilities: DialectCapabilities

    public init(
        id: String, title: String, requests: [RequestRule] = [], accounting: AccountingReading = .init(),
        capabilities: DialectCapabilities = .init()
    ) {
        self.id = id
        self.title = title
        self.requests = requests
        self.accounting = accounting
        self.capabilities = capabilities
    }
}

/// Where a fact stands in this vendor's packets. Rules are tried in order; the first that yields a value wins.
public struct RequestRule: Sendable, Hashable {
    /// What is learned.
    public var fact: RequestFact
    /// Dictionary name of the attribute that is looked at.
    public var attribute: String
    /// Text that must start the value and is cut off (`client-mac-address=`).
    public var prefix: String?
    /// For `.recordKind`: the kind when the attribute is there (and starts with `prefix`, if given).
    public var kind: RecordKind?

    /// Where the value ends: what follows this text is cut off (`:` of `17:3`).
    public var until: String?
    /// The rule holds only in packets that have this attribute, with this value if one is given.
    public var condition: RequestCondition?

    public init(_ fact: RequestFact, from attribute: String, prefix: String? = nil, kind: RecordKind? = nil) {
        self.fact = fact
        self.attribute = attribute
        self.prefix = prefix
        self.kind = kind
    }
}

/// What else a packet must have for a rule to hold.
public struct RequestCondition: Sendable, Hashable {
    /// Dictionary name.
    public var attribute: String
    /// As the dictionary reads it: text, number, or the name of a VALUE.
    public var value: String?

    public init(_ attribute: String, is value: String? = nil) {
        self.attribute = attribute
        self.value = value
    }
}

/// A fact that vendors put in different places.
public enum RequestFact: String, Sendable, Hashable, CaseIterable {
    /// The subscriber's hardware address: text in any usual form, or six raw bytes.
    case mac
    /// The access line: circuit-id, remote-id, NAS-Port-Id.
    case line
    /// The port, as shown to people.
    case port
    /// Session, service or host record.
    case recordKind = "record-kind"
    /// Acct-Session-Id of the session that a service or host record belongs to. A record without a kind of its own
    /// that names another, known session is a host record of that one; one that names itself is a session.
    case parentSession = "parent-session"
    /// The name of the service that a service record reports.
    case serviceName = "service-name"
    /// Octet counters that replace Acct-Input-/Output-Octets: numbers, or 8 bytes, or 10 bytes of which the first two
    /// name a queue (Nokia). Every attribute of every such rule is summed.
    case inputOctets = "input-octets"
    case outputOctets = "output-octets"
    /// The virtual router that scopes Accounting-On and -Off.
    case virtualRouter = "virtual-router"
    /// A request for a service profile instead of a login: the attribute holds the profile's name.
    case serviceProfile = "service-profile"
}

/// What an accounting record is about.
public enum RecordKind: String, Sendable, Hashable, CaseIterable {
    case session, service, host
}

/// How this vendor counts and names sessions.
public struct AccountingReading: Sendable, Hashable {
    /// True when Acct-Input-Octets is what went *to* the subscriber; RFC 2866 says it is what came from him.
    public var swapsOctets: Bool
    /// False for a vendor that never sends the Gigawords attributes, so that a fall is a 32-bit wrap.
    public var sendsGigawords: Bool

    public init(swapsOctets: Bool = false, sendsGigawords: Bool = true) {
        self.swapsOctets = swapsOctets
        self.sendsGigawords = sendsGigawords
    }
}

/// What the vendor can deliver and what a CoA can change.
public struct DialectCapabilities: Sendable, Hashable {
    public var addresses: [AddressKind]
    /// Dictionary names of attributes that a CoA-Request changes in a live session.
    public var coaAttributes: [String]
    /// UDP port CoA-Requests go to unless the NAS says otherwise.
    public var coaPort: UInt16
    /// Attributes that name a session in a CoA-Request, by dictionary name. The first of these lists of which the host
    /// knows every value is sent.
    public var coaIdentities: [[String]] = [["Acct-Session-Id"]]
    /// The same for a Disconnect-Request.
    public var disconnectIdentities: [[String]] = [["Acct-Session-Id"]]

    public init(
        addresses: [AddressKind] = [.ipv4, .pool], coaAttributes: [String] = [], coaPort: UInt16 = 3799
    ) {
        self.addresses = addresses
        self.coaAttributes = coaAttributes
        self.coaPort = coaPort
    }
}

/// A kind of address that a reply can carry.
public enum AddressKind: String, Sendable, Hashable, CaseIterable {
    case ipv4, pool
    case ipv4Route = "ipv4-route"
    case ipv6 = "ipv6"
    case ipv6Prefix = "ipv6-prefix"
    case delegatedPrefix = "delegated-prefix"
    case ipv6Pool = "ipv6-pool"
}

/// One CoA-Request of a change.
public struct ChangeStep: Sendable, Hashable {
    public var attributes: [ReplyAttribute]

    public init(attributes: [ReplyAttribute]) { self.attributes = attributes }
}

/// A profile that a router downloads by name.
public struct ServiceProfile: Sendable, Hashable {
    public var name: String
    public var attributes: [ReplyAttribute]

    public init(name: String, attributes: [ReplyAttribute]) {
        self.name = name
        self.attributes = attributes
    }
}
