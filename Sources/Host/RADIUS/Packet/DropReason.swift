/// Why a datagram is dropped without an answer. Counted by reason, never logged one by one.
package enum DropReason: String, Error, Sendable, Hashable, CaseIterable {
    /// Fewer than 20 bytes (RFC 2865 section 3).
    case tooShort = "too-short"
    /// More than 4096 bytes, or a length field that says so.
    case tooLong = "too-long"
    /// A length field under 20 or beyond the datagram's end.
    case wrongLength = "wrong-length"
    /// An attribute shorter than 2 bytes or beyond the packet's end.
    case wrongAttributeLength = "wrong-attribute-length"
    /// A code this port does not take.
    case unexpectedCode = "unexpected-code"
    case unknownSource = "unknown-source"
    case inactiveNAS = "inactive-nas"
    /// Message-Authenticator that is not 18 bytes long or stands there twice.
    case malformedMessageAuthenticator = "malformed-message-authenticator"
    /// Required of this NAS, by EAP-Message or by Status-Server, and not there.
    case missingMessageAuthenticator = "missing-message-authenticator"
    /// Not there, though this NAS has sent it before: an attack, or a changed router. Raises an alarm.
    case latchedMessageAuthenticator = "latched-message-authenticator"
    /// Proxy-State without Message-Authenticator, from a NAS of which that is not taken (CVE-2024-3596).
    case unsignedProxyState = "unsigned-proxy-state"
    /// Most often the wrong secret.
    case wrongMessageAuthenticator = "wrong-message-authenticator"
    /// An accounting or CoA request whose authenticator does not fit: most often the wrong secret.
    case wrongRequestAuthenticator = "wrong-request-authenticator"
    /// A reply whose authenticator does not fit (seen by clients).
    case wrongResponseAuthenticator = "wrong-response-authenticator"
    /// A repetition of a request that is still being worked on (RFC 5080 section 2.2.2).
    case duplicateInProgress = "duplicate-in-progress"
    /// A password attribute of a form that its RFC does not allow.
    case malformedPassword = "malformed-password"
    /// The answer would be longer than 4096 bytes.
    case replyTooLong = "reply-too-long"
    /// The server has more in hand than it takes.
    case overloaded
    /// The source took more than its share while others waited.
    case overShare = "over-share"
}
