/// The NAS may log users in: neither shut out nor draining (C31).
package enum NASActiveCheck: LoginCheck {
    package static let name = "NAS active"

    package static func refusal(_ login: Login) -> RejectReason? {
        if !login.nas.isActive { return .nasDisabled }
        return login.nas.isDraining ? .nasDraining : nil
    }

    package static func inputs(_ login: Login) -> String {
        "NAS \(login.nas.name): \(login.nas.isActive ? (login.nas.isDraining ? "draining" : "active") : "disabled")"
    }
}
