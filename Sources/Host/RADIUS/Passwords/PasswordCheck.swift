/// One password check: the request's attributes against what is known of the subscriber. Pure; no allocation but for
/// crypt.
package struct PasswordCheck {
    let request: PacketView
    let secret: SharedSecret
    let credential: CredentialView

    package init(_ request: PacketView, secret: SharedSecret, credential: CredentialView) {
        self.request = request
        self.secret = secret
        self.credential = credential
    }

    /// Checks by whatever method the request brings.
    package func verdict() -> PasswordVerdict { verdict(by: PasswordMethod(of: request)) }

    /// Checks by a method that the caller has found.
    package func verdict(by method: PasswordMethod) -> PasswordVerdict {
        guard method != .none else { return .cannotServe(request.hasEAPMessage ? .eap : .noPassword) }
        guard credential.canServe(method) else {
            return .cannotServe(.credential(kind: credential.kind, method: method))
        }
        switch method {
        case .pap: return pap()
        case .chap: return chap()
        case .msCHAPv1: return msCHAPv1()
        case .msCHAPv2: return msCHAPv2()
        case .none: return .cannotServe(.noPassword)
        }
    }

    /// The NT hash, kept or computed; nil when the credential has none.
    var ntHash: Bytes16? {
        switch credential {
        case .ntHash(let hash): hash
        case .cleartext(let password, let kept): kept ?? NTHash.of(password)
        default: nil
        }
    }
}

extension PasswordCheck {
    /// The verdict with a credential that owns its bytes.
    package static func verdict(
        _ request: PacketView, secret: SharedSecret, credential: Credential
    ) -> PasswordVerdict {
        credential.withView { PasswordCheck(request, secret: secret, credential: $0).verdict() }
    }
}
