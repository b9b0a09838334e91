/// The subscription has not run out.
package enum ExpiryCheck: LoginCheck {
    package static let name = "expiry"

    package static func refusal(_ login: Login) -> RejectReason? {
        guard let expiry = login.subscriber?.expiry, !login.skips.contains(.expiry) else { return nil }
        return login.now < expiry ? nil : .expired
    }

    package static func inputs(_ login: Login) -> String {
        guard let expiry = login.subscriber?.expiry else { return "no expiry" }
        return "expires \(UTCTime(expiry)), now \(UTCTime(login.now))" + login.skipNote(.expiry)
    }
}
