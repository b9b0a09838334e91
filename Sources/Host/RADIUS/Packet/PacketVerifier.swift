package import PluginAPI

/// What is asked of a NAS' Access-Requests (CVE-2024-3596, RFC 3579 section 3.2).
package enum MessageAuthenticatorPolicy: Sendable, Hashable {
    /// Every Access-Request carries one.
    case require
    /// Not asked for until the first verified one came; `latched` says that it has.
    case auto(latched: Bool)
    /// Not asked for; verified when there.
    case off
}

/// What a verified request has shown.
package struct Verification: Sendable, Hashable {
    /// The packet carried a Message-Authenticator, and it was right.
    package let hasMessageAuthenticator: Bool
    /// The packet proves that this NAS signs its Access-Requests by habit, not because of EAP: `auto` may latch.
    package let latches: Bool
    /// The packet proves that the sender knows the secret. A PAP request without Message-Authenticator does not.
    package let provesSecret: Bool
}

/// Which requests a port takes.
package enum PortRole: Sendable, Hashable {
    case authentication
    case accounting
    case dynamicAuthorization

    package func takes(_ code: PacketCode) -> Bool {
        switch self {
        case .authentication: code == .accessRequest || code == .statusServer
        case .accounting: code == .accountingRequest || code == .statusServer
        case .dynamicAuthorization: code == .coaRequest || code == .disconnectRequest
        }
    }
}

extension PacketView {
    /// Verifies a request under a NAS' secret, or says why it is dropped.
    ///
    /// - Parameter limitsProxyState: refuse an Access-Request with Proxy-State but without Message-Authenticator, the
    ///   form which CVE-2024-3596 needs.
    package func verify(
        with secret: SharedSecret, policy: MessageAuthenticatorPolicy, limitsProxyState: Bool = false
    ) throws(DropReason) -> Verification {
        switch code {
        case .accessRequest:
            return try verifyAccess(secret, policy, limitsProxyState)
        case .statusServer:
            // RFC 5997 section 3: always signed.
            guard messageAuthenticatorOffset != nil else { throw .missingMessageAuthenticator }
            try verifyMessageAuthenticator(secret, with: authenticator)
            return Verification(hasMessageAuthenticator: true, latches: false, provesSecret: true)
        case .accountingRequest, .coaRequest, .disconnectRequest:
            let expected = secret.authenticator(of: bytes, with: Bytes16())
            guard expected.matches(authenticator) else { throw .wrongRequestAuthenticator }
            // Computed over a header of zeros, since the authenticator comes after it (RFC 5176 section 3.4).
            try verifyMessageAuthenticator(secret, with: Bytes16())
            return Verification(
                hasMessageAuthenticator: messageAuthenticatorOffset != nil, latches: false, provesSecret: true)
        default:
            throw .unexpectedCode
        }
    }

    private func verifyAccess(
        _ secret: SharedSecret, _ policy: MessageAuthenticatorPolicy, _ limitsProxyState: Bool
    ) throws(DropReason) -> Verification {
        guard messageAuthenticatorOffset != nil else {
            if hasEAPMessage { throw .missingMessageAuthenticator }
            switch policy {
            case .require: throw .missingMessageAuthenticator
            case .auto(latched: true): throw .latchedMessageAuthenticator
            case .auto(latched: false), .off: break
            }
            if limitsProxyState, hasProxyState { throw .unsignedProxyState }
            return Verification(hasMessageAuthenticator: false, latches: false, provesSecret: false)
        }
        try verifyMessageAuthenticator(secret, with: authenticator)
        return Verification(hasMessageAuthenticator: true, latches: !hasEAPMessage, provesSecret: true)
    }

    /// Checks Message-Authenticator when there is one.
    func verifyMessageAuthenticator(_ secret: SharedSecret, with authenticator: Bytes16) throws(DropReason) {
        guard let offset = messageAuthenticatorOffset, let given = messageAuthenticator else { return }
        let expected = secret.messageAuthenticator(of: bytes, valueAt: offset, with: authenticator)
        guard expected.matches(given) else { throw .wrongMessageAuthenticator }
    }

    /// Verifies a reply to a request of ours: Response Authenticator, and Message-Authenticator when there is one.
    package func verifyReply(to requestAuthenticator: Bytes16, with secret: SharedSecret) throws(DropReason) {
        let expected = secret.authenticator(of: bytes, with: requestAuthenticator)
        guard expected.matches(authenticator) else { throw .wrongResponseAuthenticator }
        try verifyMessageAuthenticator(secret, with: requestAuthenticator)
    }
}
