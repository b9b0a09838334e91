package import PluginAPI
package import RADIUS

/// A customer's access, whole: as it is read from the database, and kept by `SubscriberStore` in its compact form.
@dynamicMemberLookup
package struct Subscriber: Sendable {
    package var facts: SubscriberFacts
    package var username: String
    package var credential: Credential
    package var lineID: String?

    package init(facts: SubscriberFacts, username: String, credential: Credential, lineID: String? = nil) {
        self.facts = facts
        self.username = username
        self.credential = credential
        self.lineID = lineID
    }

    package subscript<Member>(dynamicMember path: WritableKeyPath<SubscriberFacts, Member>) -> Member {
        get { facts[keyPath: path] }
        set { facts[keyPath: path] = newValue }
    }
}

/// What the checks and the reply of a login look at. Made anew for every login, without the heap.
package struct SubscriberFacts: Sendable {
    package var id: Int64
    package var serviceID: Int64?
    package var tierPosition: Int
    package var isActive: Bool
    /// Seconds since 1970; nil for never.
    package var expiry: Int64?
    package var mac: MACAddress?
    package var macBinding: MACBinding
    /// Whether MAC or line alone may log in, where the NAS allows it too.
    package var isPasswordless: Bool
    /// nil takes the service's.
    package var sessionLimit: Int?
    package var addresses: StaticAddresses
    package var checks: [CheckRule] = []
    package var replies: [ReplyRule] = []

    package init(
        id: Int64, serviceID: Int64?, tierPosition: Int = 0, isActive: Bool = true, expiry: Int64? = nil,
        mac: MACAddress? = nil, macBinding: MACBinding = .off, isPasswordless: Bool = false, sessionLimit: Int? = nil,
        addresses: StaticAddresses = StaticAddresses()
    ) {
        self.id = id
        self.serviceID = serviceID
        self.tierPosition = tierPosition
        self.isActive = isActive
        self.expiry = expiry
        self.mac = mac
        self.macBinding = macBinding
        self.isPasswordless = isPasswordless
        self.sessionLimit = sessionLimit
        self.addresses = addresses
    }
}

package enum MACBinding: String, Sendable {
    case off
    /// The first login's MAC becomes the bound one.
    case learn
    case bound
}

/// The addresses that belong to a subscriber for good.
package struct StaticAddresses: Sendable, Hashable, BitwiseCopyable {
    package var ipv4: IPAddress?
    package var ipv6: IPAddress?
    package var ipv6Prefix: IPPrefix?
    package var delegatedPrefix: IPPrefix?
    /// Framed-Interface-Id: eight bytes, the first highest (RFC 3162 section 2.2).
    package var interfaceID: UInt64?

    package init() {}
}
