/// What came of checking a password.
package enum PasswordVerdict: Sendable, Hashable {
    /// Right; what the Access-Accept must carry to prove it.
    case accepted(PasswordProof)
    /// Wrong; what the Access-Reject should carry.
    case wrong(PasswordRefusal)
    /// The method can't be decided with the credential at hand.
    case cannotServe(CannotServe)
    /// The password attributes are not of their RFC's form.
    case malformed(PasswordFault)
}

/// Why a method can't be decided.
package enum CannotServe: Sendable, Hashable, CustomStringConvertible {
    case credential(kind: String, method: PasswordMethod)
    /// The request has no password attribute.
    case noPassword
    /// The request carries EAP-Message, which is not served here.
    case eap
    /// An MS-CHAP-Response with only the LAN Manager half, which is not supported (RFC 2548 section 2.1.3).
    case lanManagerOnly

    package var description: String {
        switch self {
        case .credential(let kind, let method): "\(method) can't be checked against a password kept as \(kind)"
        case .noPassword: "the request carries no password"
        case .eap: "EAP is not served"
        case .lanManagerOnly: "the request carries only a LAN Manager response"
        }
    }
}

/// What is wrong with the form of a password.
package enum PasswordFault: String, Sendable, Hashable {
    /// User-Password not of 16…128 bytes in whole blocks (RFC 2865 section 5.2).
    case userPasswordLength = "user-password-length"
    /// CHAP-Password not of 17 bytes (RFC 2865 section 5.3).
    case chapPasswordLength = "chap-password-length"
    /// CHAP-Challenge of no bytes.
    case chapChallengeLength = "chap-challenge-length"
    /// MS-CHAP-Response or MS-CHAP2-Response not of 50 bytes (RFC 2548 sections 2.1.3, 2.3.2).
    case msCHAPResponseLength = "ms-chap-response-length"
    /// MS-CHAP-Challenge missing, or not of 8 (version 1) or 16 bytes (version 2).
    case msCHAPChallenge = "ms-chap-challenge"
}

/// What an Access-Reject carries beside its reason.
package enum PasswordRefusal: Sendable, Hashable {
    case plain
    /// PAP whose clear text is not UTF-8: the secret is more likely wrong than the password.
    case unreadable
    case msCHAP(MSCHAPError)
}

/// What an Access-Accept carries to prove the server and key the link.
package enum PasswordProof: Sendable, Hashable {
    case none
    case msCHAPv1(MSCHAPv1Proof)
    case msCHAPv2(MSCHAPv2Proof)
}

extension PasswordRefusal {
    /// Appends MS-CHAP-Error where the method has one.
    package func append(to reply: inout ReplyWriter) throws(DropReason) {
        if case .msCHAP(let error) = self { try error.append(to: &reply) }
    }
}

extension PasswordProof {
    /// Appends the success message and, unless `encryption` is nil, the MPPE keys.
    package func append(
        to reply: inout ReplyWriter, secret: SharedSecret, encryption: MPPEPolicy? = MPPEPolicy()
    ) throws(DropReason) {
        switch self {
        case .none: break
        case .msCHAPv1(let proof): try proof.append(to: &reply, secret: secret, encryption: encryption)
        case .msCHAPv2(let proof): try proof.append(to: &reply, secret: secret, encryption: encryption)
        }
    }
}
