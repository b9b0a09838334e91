extension PasswordCheck {
    /// MS-CHAPv1: DES of the challenge under the NT hash (RFC 2433, RFC 2548 section 2.1).
    func msCHAPv1() -> PasswordVerdict {
        guard let response = request.first(.msCHAPResponse), response.count == 50 else {
            return .malformed(.msCHAPResponseLength)
        }
        guard let challenge = request.first(.msCHAPChallenge), challenge.count == 8 else {
            return .malformed(.msCHAPChallenge)
        }
        // Flag 1: the NT response counts; otherwise only the LAN Manager one does.
        guard response[1] & 1 == 1 else { return .cannotServe(.lanManagerOnly) }
        func refusal() -> PasswordVerdict { .wrong(.msCHAP(MSCHAPError(identifier: response[0], version: 1))) }
        guard let ntHash else { return refusal() }
        let expected = MSCHAP.Response(challenge: challenge.loadUnaligned(as: UInt64.self), ntHash: ntHash)
        let given = MSCHAP.Response(UnsafeRawBufferPointer(rebasing: response[26...]))
        guard expected.matches(given) else { return refusal() }
        return .accepted(.msCHAPv1(MSCHAPv1Proof(ntHash: ntHash)))
    }
}

/// What an Access-Accept carries after MS-CHAPv1: the link's keys.
package struct MSCHAPv1Proof: Sendable, Hashable {
    /// From which MPPE's session keys are derived (RFC 3079 section 2).
    let hashOfHash: Bytes16

    package init(ntHash: Bytes16) { hashOfHash = MSCHAP.hashOfHash(ntHash) }

    /// MS-CHAP-MPPE-Keys, hidden like a User-Password (RFC 2548 section 2.4.1). Its first eight bytes are the LAN
    /// Manager key, left zero: no LAN Manager hash is kept.
    func append(
        to reply: inout ReplyWriter, secret: SharedSecret, encryption: MPPEPolicy?
    ) throws(DropReason) {
        guard let encryption else { return }
        var keys = [UInt8](repeating: 0, count: 32)
        keys.replaceSubrange(8..<24, with: hashOfHash.bytes)
        let hidden = HiddenValue.hide(keys, secret: secret, authenticator: reply.requestAuthenticator)
        try hidden.span.withUnsafeBytes { (bytes) throws(DropReason) in
            try reply.append(vendor: Microsoft.vendor, Microsoft.chapMPPEKeys, bytes)
        }
        try encryption.append(to: &reply)
    }
}
