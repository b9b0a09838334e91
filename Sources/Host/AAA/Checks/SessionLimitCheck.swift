/// Another session is allowed. Suspect sessions lock nobody out, and the same MAC on the same NAS replaces its own
/// ghost.
package enum SessionLimitCheck: LoginCheck {
    package static let name = "session limit"

    package static func refusal(_ login: Login) -> RejectReason? {
        guard let limit = limit(login), !login.skips.contains(.limit) else { return nil }
        return counted(login).count < limit ? nil : .sessionLimit
    }

    package static func inputs(_ login: Login) -> String {
        let limit = limit(login).map { String($0) } ?? "none"
        let counted = counted(login).count
        let others = login.sessions.count - counted
        return "limit \(limit), \(counted) counted" + (others > 0 ? ", \(others) suspect or to be replaced" : "")
            + login.skipNote(.limit)
    }

    /// The subscriber's own limit, else the service's; 0 and nil are no limit.
    private static func limit(_ login: Login) -> Int? {
        let limit = login.subscriber?.sessionLimit ?? login.service?.sessionLimit
        return limit == 0 ? nil : limit
    }

    private static func counted(_ login: Login) -> [SessionMark] {
        login.sessions.filter { $0.state != .suspect && !replaces($0, login) }
    }

    package static func replaces(_ mark: SessionMark, _ login: Login) -> Bool {
        mark.scope.nasID == login.nas.id && mark.mac != nil && mark.mac == login.mac
    }
}
