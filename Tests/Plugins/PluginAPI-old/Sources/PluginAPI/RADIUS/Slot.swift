/// A place in a compiled reply that is filled at login, from what is known only then.
public enum Slot: String, Sendable, Hashable, CaseIterable {
    /// IPv4 address, 4 bytes.
    case framedIPAddress = "framed-ip-address"
    /// IPv6 address, 16 bytes (RFC 6911).
    case framedIPv6Address = "framed-ipv6-address"
    /// IPv6 prefix on the link: reserved byte, length, prefix (RFC 3162 section 2.3).
    case framedIPv6Prefix = "framed-ipv6-prefix"
    /// IPv6 prefix routed to the customer (RFC 4818).
    case delegatedIPv6Prefix = "delegated-ipv6-prefix"
    /// IPv6 interface identifier, 8 bytes (RFC 3162 section 2.2).
    case framedInterfaceID = "framed-interface-id"
    /// The user's name as the subscriber is known, UTF-8.
    case userName = "user-name"
    /// Tollkeeper's own session key, 16 bytes.
    case sessionKey = "session-key"
    /// Seconds until the session must end, 4 bytes; absent when it need not.
    case sessionTimeout = "session-timeout"
    /// Seconds between interim updates, jittered for the session, 4 bytes.
    case interimInterval = "interim-interval"
}
