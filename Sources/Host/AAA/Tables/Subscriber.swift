package import PluginAPI
package import RADIUS

/// A customer's access as `radius` knows it.
package struct Subscriber: Sendable {
    package var id: Int64
    package var username: String
    package var credential: Credential
    package var serviceID: Int64?
    package var tierPosition: Int
    package var isActive: Bool
    /// Seconds since 1970; nil for never.
    package var expiry: Int64?
    package var mac: MACAddress?
    package var macBinding: MACBinding
    package var lineID: String?
    /// Whether MAC or line alone may log in, where the NAS allows it too.
    package var isPasswordless: Bool
    /// nil takes the service's.
    package var sessionLimit: Int?
    package var addresses: StaticAddresses
    package var checks: [CheckRule]
    package var replies: [ReplyRule]
}

package enum MACBinding: String, Sendable {
    case off
    /// The first login's MAC becomes the bound one.
    case learn
    case bound
}

/// The addresses that belong to a subscriber for good.
package struct StaticAddresses: Sendable, Hashable {
    package var ipv4: IPAddress?
    package var ipv6: IPAddress?
    package var ipv6Prefix: IPPrefix?
    package var delegatedPrefix: IPPrefix?
    /// 8 bytes.
    package var interfaceID: [UInt8]?

    package init() {}
}
