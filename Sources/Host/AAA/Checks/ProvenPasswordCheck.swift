/// The password is right; or there is none, and both NAS and subscriber allow a login by MAC or line alone.
package enum ProvenPasswordCheck: LoginCheck {
    package static let name = "password"

    package static func refusal(_ login: Login) -> RejectReason? {
        if login.identity != .name { return allowsPasswordless(login) ? nil : .passwordlessNotAllowed }
        switch login.password {
        case .right, .notTried: return nil
        case .wrong: return .wrongPassword
        case .unavailable: return .methodUnavailable
        case .malformed: return .malformedPassword
        case .none: return .noPassword
        }
    }

    package static func inputs(_ login: Login) -> String {
        if login.identity != .name {
            return "no password needed by \(login.identity.word): NAS \(nasAllows(login) ? "allows" : "does not allow")"
                + " it, subscriber \(login.subscriber?.isPasswordless == true ? "allows" : "does not allow") it"
        }
        switch login.password {
        case .right(let method): return "\(method): right"
        case .wrong(let method): return "\(method): wrong"
        case .unavailable(let method, let why), .malformed(let method, let why): return "\(method): \(why)"
        case .none: return "the request has no password attribute"
        case .notTried(let methods): return "not tried; the stored form serves \(methods)"
        }
    }

    private static func allowsPasswordless(_ login: Login) -> Bool {
        nasAllows(login) && login.subscriber?.isPasswordless == true
    }

    private static func nasAllows(_ login: Login) -> Bool {
        login.identity == .mac ? login.nas.allowsMACLogin : login.nas.allowsLineLogin
    }
}
