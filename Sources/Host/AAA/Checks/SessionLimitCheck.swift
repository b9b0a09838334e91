/// Another session is allowed. Suspect sessions lock nobody out, and the same MAC on the same NAS replaces its own
/// ghost.
package enum SessionLimitCheck: LoginCheck {
    package static let name = "session limit"

    package static func refusal(_ login: Login) -> RejectReason? {
        guard let limit = login.sessionLimit, !login.skips.contains(.limit) else { return nil }
        return login.sessions.counted < limit ? nil : .sessionLimit
    }

    package static func inputs(_ login: Login) -> String {
        let limit = login.sessionLimit.map { String($0) } ?? "none"
        let others = login.sessions.others
        return "limit \(limit), \(login.sessions.counted) counted"
            + (others > 0 ? ", \(others) suspect or to be replaced" : "") + login.skipNote(.limit)
    }
}
