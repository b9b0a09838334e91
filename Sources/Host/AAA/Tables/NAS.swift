package import PluginAPI
package import RADIUS

/// A router as `radius` knows it.
package struct NAS: Sendable {
    package var id: Int64
    package var name: String
    /// Where its packets come from: one address, or a network.
    package var source: IPPrefix
    /// The NAS-Identifier it must send, for several behind one address.
    package var identifier: String?
    /// `mikrotik`, `generic/cisco`.
    package var dialect: String
    /// The current secret, then the previous one while it is being rotated out.
    package var secrets: [SharedSecret]
    package var isActive: Bool
    /// Accounting is taken, logins are not.
    package var isDraining: Bool
    /// Realms that may log in here, without `@`; empty for all.
    package var realms: [String]
    package var messageAuthenticator: MessageAuthenticatorPolicy
    package var allowsMACLogin: Bool
    package var allowsLineLogin: Bool
    package var octets: OctetDirection
    /// Whether it may download service profiles.
    package var servesProfiles: Bool
    package var checks: [CheckRule]
    package var replies: [ReplyRule]
    /// Where its packets are counted; nil where nothing is.
    package var counters: NASCounters?
}

/// Which way a NAS counts octets.
package enum OctetDirection: String, Sendable {
    /// As its dialect says.
    case dialect
    /// Acct-Input-Octets came from the subscriber (RFC 2866).
    case straight
    case swapped
}
